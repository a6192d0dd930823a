// What examples call `signUp`: a shop that writes to who signs up, over the laptop's SMTP.

import { createConnection } from "node:net";
import { createInterface } from "node:readline";

const LETTER = `From: Shop <service@shop.example>
Subject: Verify your address
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=part

--part
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain

Your verification code is 482913.
--inner
Content-Type: text/html

<p>Your verification code is <b>482913</b>.</p>
<p><a href="https://shop.example/confirm?token=abc">Confirm your address</a></p>
--inner--
--part
Content-Type: text/plain
Content-Disposition: attachment; filename=terms.txt

Be kind.
--part--
`;

/** The shop's letter, or another one, to this address; ends once it is taken. */
globalThis.signUp = async (address, text = LETTER) => {
  const socket = createConnection(Number(process.env.SMTP_PORT), "127.0.0.1");
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answered = async () => {
    for (;;) {
      const { value } = await lines.next();
      if (value[3] === "-") continue;
      if (value[0] > "3") throw new Error(value);
      return;
    }
  };
  const letter = `${text.replaceAll("\n", "\r\n")}.`;
  const commands = [
    "EHLO shop.example",
    "MAIL FROM:<service@shop.example>",
    `RCPT TO:<${address}>`,
    "DATA",
    letter,
    "QUIT",
  ];
  await answered();
  for (const each of commands) {
    socket.write(`${each}\r\n`);
    await answered();
  }
  socket.end();
};
