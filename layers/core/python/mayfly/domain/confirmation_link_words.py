"""The words of links that confirm something, and of those that do not, in many languages.

They are folded as in `confirmation_words`.
"""

import re

from mayfly.domain.confirmation_words import folded

# What is done to what, with a few words between: by lines, one pair in two or more.
_PAIRS: tuple[tuple[str, str], ...] = (
    (
        "confirm|verify|verifying|confirming|validate|activate|activating",
        "e-?mail|account|address|registration|subscription|identity|sign-?up|sign-?in|login"
        "|device|membership|profile|it'?s (?:me|you)|it is you",
    ),
    ("reset|set|choose|create|change", "password"),
    ("click|tap|press", "to (?:confirm|verify|activate|sign in|log in)"),
    ("yes", "subscribe me"),
    ("complete|finish|finali[sz]e", "registration|sign-?up|signing up|account setup"),
    ("verification|confirmation|activation|magic|sign-?in|log-?in|password reset", "link"),
    (
        "konto|account|registrierung|anmeldung|(?:e-?mail-?)?adresse|e-?mail|newsletter"
        "|abonnement|identität",
        "bestätigen|aktivieren|verifizieren|abschließen|freischalten",
    ),
    (
        "bestätige|bestätigen sie|aktivieren sie|verifizieren sie",
        "konto|account|registrierung|anmeldung|adresse|e-?mail|identität",
    ),
    ("passwort|kennwort", "zurücksetzen|zurückzusetzen|ändern|festlegen"),
    (
        "confirma|confirme|confirmar|verifica|verifique|verificar|activa|active|activar|ative"
        "|ativar|valida|valide",
        r"cuenta|correo|e-?mail|dirección|suscripción|registro|identidad|conta\b|cadastro"
        "|endereço|inscrição",
    ),
    (r"restablec\w+|cambiar?|redefin\w+|alterar?|recuper\w+|crear?", "contraseña|senha"),
    (
        "enlace|link",
        "de (?:verificación|confirmación|acceso|verificação|confirmação|acesso|conferma|verifica)",
    ),
    (
        "confirmer|confirmez|vérifier|vérifiez|activer|activez|valider|validez",
        "compte|adresse|e-?mail|inscription|abonnement|identité",
    ),
    (r"réinitialis\w+|changer|modifier|choisir", "mot de passe"),
    ("lien", "de (?:connexion|confirmation|vérification|validation)"),
    (
        "conferma|confermare|verifica|verificare|attiva|attivare|convalida",
        "account|indirizzo|e-?mail|registrazione|iscrizione|identità",
    ),
    (r"reimposta\w*|cambia\w*|modifica\w*", "password"),
    (
        "bevestig|bevestigen|verifieer|activeer",
        "e-?mail|account|adres|registratie|inschrijving|aanmelding",
    ),
    (
        r"e-?mail\w*|account|registratie|wachtwoord",
        "bevestigen|verifiëren|activeren|resetten|wijzigen|herstellen|opnieuw instellen",
    ),
    (
        "bekräfta|verifiera|aktivera|bekreft|bekræft|aktiver|verificer",
        r"konto\w*|e-?post\w*|e-?mail|adress\w*|registrering\w*|mejl\w*",
    ),
    ("återställ|nulstil|tilbakestill|byt", "lösenord|adgangskode|passord"),
    ("vahvista|aktivoi|vaihda|palauta", r"sähköposti\w*|tili\w*|osoite\w*|salasana\w*"),
    (
        "potwierdź|zweryfikuj|aktywuj|potwierdzić",
        r"adres|konto|e-?mail|rejestracj\w*|subskrypcj\w*|tożsamość",
    ),
    ("zresetuj|ustaw|zmień|zresetować", "hasło"),
    ("potvrdit|ověřit|aktivovat|potvrďte|ověřte|aktivujte", r"e-?mail|účet|registrac\w*|adres\w*"),
    ("obnovit|změnit|nastavit|obnovte", "heslo"),
    (
        "confirmă|verifică|activează|confirmați|verificați|activați",
        r"adresa|contul|e-?mail\w*|înregistrarea",
    ),
    ("resetează|resetați|schimbă", "parola"),
    (
        r"e-?mail\w*|fiók\w*|regisztráció\w*|jelszó\w*",
        r"megerősít\w+|aktivál\w+|visszaállít\w+|módosít\w+",
    ),
    (r"e-?posta\w*|hesab\w*|adres\w*|kayd\w*", r"doğrula\w*|onayla\w*|etkinleştir\w*"),
    (r"şifre\w*|parola\w*", r"sıfırla\w*|yenile\w*|değiştir\w*"),
    (
        r"подтверд\w+|активир\w+|верифиц\w+",
        r"адрес\w*|почт\w*|e-?mail|аккаунт\w*|регистрац\w*|уч[её]тн\w*|подписк\w*|электронн\w*",
    ),
    ("сбросить|восстановить|сменить|изменить", r"парол\w*"),
    (r"ссылк\w*", r"для (?:входа|подтвержд\w*)"),
    (
        r"підтверд\w+|активу\w+",
        r"адрес\w*|пошт\w*|e-?mail|обліков\w*|реєстрац\w*|акаунт\w*|електронн\w*",
    ),
    ("скинути|відновити|змінити", r"парол\w*"),
    (
        r"επιβεβαίω\w*|επαλήθευ\w*|ενεργοποί\w*",
        r"e-?mail|λογαριασμ\w*|διεύθυνσ\w*|διευθυνσ\w*|εγγραφ\w*",
    ),
    ("επαναφορά", "κωδικού"),
    ("xác minh|xác nhận|xác thực|kích hoạt", "địa chỉ|tài khoản|email|đăng ký"),
    ("đặt lại", "mật khẩu"),
    ("verifikasi|konfirmasi|aktifkan", "email|akun|alamat|pendaftaran"),
    ("atur ulang|reset", "kata sandi"),
)
_PHRASES = r"""
(?:验证|驗證|确认|確認|激活|啟用)(?:您的|你的|我的)?(?:电子)?(?:邮箱|電子郵件|郵箱|邮件|帐号|账号|帳號)
(?:验证|驗證|确认|確認|激活|啟用)(?:您的|你的|我的)?(?:账户|帐户|帳戶|注册|註冊|身份)
重置(?:您的)?密码|重設(?:您的)?密碼|找回密码|登录链接|登入連結|验证链接|驗證連結
(?:メール|アドレス|アカウント|登録|本人)(?:を|の)?(?:確認|認証|有効化|完了)
パスワード(?:を|の)?(?:再設定|リセット|変更)|ログインリンク|認証を完了
(?:이메일|계정|메일|가입|주소)(?:을|를)? ?(?:인증|확인|활성화|완료)
비밀번호(?:를)? ?(?:재설정|변경|초기화)|로그인 링크
(?:تأكيد|تحقق من|تفعيل|توثيق|أكد|فعّل) ?(?:ال)?(?:بريد|حساب|عنوان|تسجيل|اشتراك)
إعادة تعيين كلمة|تغيير كلمة المرور|رابط (?:التأكيد|الدخول|التفعيل)|تایید (?:ایمیل|حساب)
(?:אימות|אשר|אשרו|אמת|הפעל)\S{0,3} (?:את )?(?:ה)?(?:דוא|מייל|חשבון|כתובת|הרשמה)
איפוס ה?סיסמה|לאפס את הסיסמה
(?:ईमेल|खाता|खाते|अकाउंट) (?:\S{1,20} ){0,2}(?:पुष्टि|सत्यापित|सक्रिय)|पासवर्ड रीसेट
ยืนยัน(?:อีเมล|บัญชี|การสมัคร|ที่อยู่)|เปิดใช้งานบัญชี|รีเซ็ตรหัสผ่าน|ตั้งรหัสผ่านใหม่
"""
_GO = """
click here|tap here|here|this link|click this link|click the link|confirm|verify|activate
validate|continue|yes|reset|open|sign in|log in|login|yes, it's me|yes, confirm|confirm now
verify now
hier|hier klicken|klicken sie hier|bestätigen|jetzt bestätigen|aktivieren|weiter|ja|anmelden
einloggen|jetzt anmelden
aquí|aqui|haz clic aquí|clique aqui|confirmar|verificar|activar|ativar|continuar
iniciar sesión|entrar
ici|cliquez ici|confirmer|vérifier|activer|continuer|se connecter|je confirme
qui|clicca qui|conferma|verifica|attiva|accedi|continua
klik hier|bevestigen|bevestig|klicka här|här|bekräfta|bekreft|bekræft|vahvista|her
kliknij tutaj|tutaj|potwierdź|zde|potvrdit|potvrdiť|confirmă|megerősítés|ide
buraya tıklayın|buraya|doğrula|onayla|нажмите здесь|здесь|подтвердить|сюда|войти|тут
підтвердити|увійти|εδώ|επιβεβαίωση
点击这里|点击此处|此处|确认|验证|立即验证|點此|確認|驗證|こちら|確認する|認証する|ログイン
여기|확인|인증하기|인증
هنا|اضغط هنا|تأكيد|כאן|לחץ כאן|אישור|यहाँ|यहां क्लिक करें|tại đây|nhấn vào đây|xác nhận
di sini|klik di sini|konfirmasi|ที่นี่|คลิกที่นี่|ยืนยัน
"""


def _one_of(words: str) -> str:
    return "|".join(folded(words).strip().split("\n"))


CONFIRM = re.compile(
    "|".join(
        rf"\b(?:{first})(?:\W{{1,3}}\w{{1,20}}){{0,3}}\W{{1,3}}(?:{second})"
        for first, second in ((folded(each[0]), folded(each[1])) for each in _PAIRS)
    )
    + f"|{_one_of(_PHRASES)}"
)
"""What is confirmed, or set anew, and that it is."""

GO = frozenset(_one_of(_GO).split("|"))
"""All that such a link may say when the words around it say the rest."""

GO_IN = re.compile(r"(?:sign|log)[- ]?in to ")

_ELSEWHERE = r"""
unsubscribe|opt[- ]out|preferences|privacy|terms|policy|help\b|support|faq|contact us
in (?:your |a )?browser|settings|download|invite|\border|booking|reservation|discount|coupon
offer|attendance|rsvp|delivery|payment|how to
abmelden\b|abbestellen|datenschutz|impressum|agb\b|hilfe|darse de baja
cancelar (?:la )?suscripción|privacidad|ayuda|désabonner|désinscri|confidentialité|aide\b
disiscri|annulla|afmelden|uitschrijven|avregistrera|wypisz
отписаться|відписатися|退订|退訂|隐私|配信停止|수신 ?거부|إلغاء الاشتراك|hủy đăng ký
berhenti
"""
NOT_CONFIRM = re.compile(_one_of(_ELSEWHERE))
"""What links say that lead elsewhere."""

_NOT_YOURS = r"""
(?:did|do|was|is|were|have)(?:n'?t| not) (?:recogni[sz]e|you|me|request|sign|create|make|ask)
not you\b|not me\b|someone else|secure your account|report this|no longer wish
nicht (?:sie|du|ich|von ihnen|angefordert|erkannt|waren)
no (?:fuiste|has sido|fue|reconoces|solicitaste|foi)|não (?:foi|solicitou|reconhece)
n'(?:est|était|êtes|avez) pas|non (?:sei stato|hai richiesto|riconosci)
niet (?:door jou|aangevraagd)
это (?:были )?не вы|не запрашивали|不是您|非本人|心当たり|본인이 아
"""
NOT_YOURS = re.compile(_one_of(_NOT_YOURS))
"""What is said of links for those who asked for nothing."""

SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|fb|twitter|x|instagram|linkedin|youtube|tiktok|pinterest|whatsapp|t|vk"
    r"|weibo|medium|discord|reddit|threads|apps\.apple|itunes\.apple|play\.google)"
    r"\.(?:com|me|gg|co|net)$"
)
NOT_PATH = re.compile(
    r"unsub|optout|opt-out|privacy|/terms|/help|/support|/faq|preferences"
    r"|\.(?:png|jpe?g|gif|webp|svg|css|js|pdf|ico|woff2?)(?:$|\?)"
)
CONFIRM_PATH = re.compile(
    folded(
        r"confirm|verif|activat|validat|reset|passw|magic|one-?time|otp\b|token=|double-?opt|opt-?in"
        r"|oobcode|podtver|pidtver|potwierd|potvrd|overit|ověř|bekraeft|bekräft|bekreft|bevestig"
        r"|vahvist|doğrula|onayla|megerősít|kinnita|patvirt|apstiprin|bestaetig|bestätig|aktivier"
        r"|aktivacija|valida|attiva|подтвер|підтвер|потвърд|активир|активац|επιβεβαι|επαληθευ"
        r"|تأكيد|تفعيل|אימות|सत्याप|验证|驗證|激活|確認|認証|인증"
    )
)
LOGIN_PATH = re.compile(r"sign[-_]?in|log-?in|auth|register|sign-?up|ticket|token")
