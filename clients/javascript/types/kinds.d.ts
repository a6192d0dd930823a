export type Attachment = {
    id: string;
    filename: string;
    contentType: string;
    /**
     * in bytes
     */
    size: number;
    contentId: string | null;
    /**
     * whether it belongs into the HTML
     */
    inline: boolean;
};
export type MessageSummary = {
    /**
     * what the inbox's other methods take
     */
    id: string;
    /**
     * its number in the inbox: 1, 2, 3…, in order of arrival
     */
    seq: number;
    /**
     * the address; anybody can write anything there
     */
    from: string;
    fromName: string;
    subject: string;
    receivedAt: Date;
    isRead: boolean;
    isSpam: boolean;
    hasAttachments: boolean;
    /**
     * of the raw message, in bytes
     */
    size: number;
};
export type Message = MessageSummary & {
    text: string;
    html: string;
    to: {
        name: string;
        address: string;
    }[];
    attachments: Attachment[];
    confirmation: {
        code: string | null;
        link: string | null;
        secure: boolean | null;
    };
    headers: Record<string, string>;
    truncated: boolean;
    source: any;
};
export type Kind = {
    subject: string;
    operations: Record<string, string>;
    /**
     * subject and operation that delete the inbox
     */
    remove: [string, string];
    /**
     * what its paths call the inbox
     */
    inbox: string;
    /**
     * what its paths call a message
     */
    message: string;
    /**
     * the parameter of lists that go on
     */
    cursor: string;
    page: number;
    listed: (content: any, headers: Headers) => {
        messages: any[];
        last: number;
    };
    summary: (source: any) => MessageSummary;
    whole: (source: any) => Message;
    marks: (marks: Marks) => object;
};
export type Marks = {
    isRead?: boolean;
    /**
     * `false` takes it out of spam
     */
    isSpam?: boolean;
};
/** The kinds by name: a public address, a private inbox, a mailbox of an account or a session. */
export declare const KINDS: {
    public: Kind;
    private: Kind;
    mailbox: Kind;
};
