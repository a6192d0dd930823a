"""The words by which mails speak of codes and links to confirm with, in many languages.

They are compared folded (`folded`): in lower case and without accents, so `Código` is `codigo`.
Each table is one regular expression. A word of an alphabet begins at a word's beginning, and may go
on (`bestell` is in `Bestellnummer`); scripts without blanks match anywhere.
"""

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters that Unicode does not take apart.
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"})
_ACCENTED = re.compile("[^\x00-\x7f]")


def folded(text: str) -> str:
    """The text as the tables have it."""
    text = text.casefold()
    if not _ACCENTED.search(text):
        return text
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


def _one_of(beginnings: str, anywhere: str = "") -> re.Pattern[str]:
    """Lines of alternatives; in those of `beginnings`, each begins a word."""
    spaced = "|".join(each.strip() for each in folded(beginnings).strip().split("\n"))
    other = "|".join(each.strip() for each in folded(anywhere).strip().split("\n"))
    joined = rf"(?<![a-z0-9а-яёіїєґα-ω])(?:{spaced})"
    return re.compile(f"{joined}|{other}" if other else joined)


CODE = _one_of(
    r"""
    (?:verification|security|log-? ?in|sign-? ?in|sign-?up|auth|authentication)[- ](?:code|pin|key)
    (?:2fa|mfa)[- ](?:code|pin|key)
    (?:activation|reset|recovery|device|identification|registration|two-factor|magic)[- ]code
    (?:one|single)[- ](?:time|use)[- ](?:(?:verif|secur|log|sign)[a-z-]+ )?(?:code|pass|pin)
    otps?\b|temporary code
    (?:bestätigungs|verifizierungs|verifikations|sicherheits|anmelde|login-?)(?:code|pin)
    (?:zugangs|aktivierungs|authentifizierungs|prüf|freischalt)code
    einmal-?(?:code|kennwort|passwort|pin)
    m?tan\b|einmaliger code
    código (?:de |para )?(?:verifica|seguridad|segurança|acceso|acesso|confirma|autentica)
    código (?:de |para )?(?:inicio|activa|ativa|login|un solo uso|uso único|entrar)
    (?:contraseña|clave|senha) (?:de un solo uso|de uso único|dinámica|temporal|única)
    code (?:de |d')?(?:vérification|sécurité|confirmation|connexion|activation|authentification)
    code (?:de |d')?(?:accès|validation|à usage unique|unique|temporaire)
    mot de passe (?:à usage )?unique
    codice (?:di |d')?(?:verifica|sicurezza|accesso|conferma|autenticazione|attivazione)
    codice (?:otp|monouso|temporaneo)
    password monouso
    (?:verificatie|bevestigings|beveiligings|inlog|toegangs|activerings|activatie)code
    eenmalige? (?:code|wachtwoord)
    (?:verifierings|bekräftelse|säkerhets|inloggnings|engångs|aktiverings|login)-?kod(?:en)?\b
    (?:sikkerheds|sikkerhets|verificerings|bekreftelses|påloggings|innloggings|engangs)-?kode
    engångslösenord|vahvistuskoodi|kertakäyttökoodi|turvakoodi|kirjautumiskoodi|todennuskoodi
    kod\w* (?:weryfik|bezpiecz|potwierdz|(?:do )?logowania|dostępu)
    kod\w* (?:jednoraz|aktywac|autoryz|uwierzyt)
    jednorazow\w+ (?:kod|hasł)|hasło jednorazowe
    (?:ověřovací|bezpečnostní|potvrzovací|jednorázový|přihlašovací|overovací|potvrdzovací) kód
    cod(?:ul)? de (?:verificare|securitate|confirmare|autentificare|acces)
    (?:ellenőrző|megerősítő|biztonsági|belépési|hitelesítő|egyszer használatos) ?(?:kód|jelszó)
    (?:doğrulama|güvenlik|onay|giriş|aktivasyon) (?:kodu|şifre)|tek kullanımlık (?:şifre|kod)
    код\w* (?:для )?(?:подтвержд|безопасн|вход|доступа|активац|авториз|верифик|проверк|регистрац)
    (?:проверочн|одноразов)\w+ (?:код|парол)
    код\w* (?:для )?(?:підтвердж|перевірк|безпек|входу|доступу|авторизац)
    одноразов\w+ (?:код|парол)
    κωδικ\w+ (?:επαλήθευσης|επιβεβαίωσης|ασφαλείας|μιας χρήσης|πρόσβασης)
    mã (?:xác (?:minh|thực|nhận)|otp|bảo mật|đăng nhập)|mật khẩu dùng một lần
    kod\w? (?:verifikasi|otp|keamanan|konfirmasi|masuk|akses|aktivasi|pengesahan)
    kata sandi sekali pakai
    """,
    r"""
    验证码|驗證碼|校验码|動態碼|动态码|动态密码|確認碼|确认码|安全码|安全碼|一次性密码
    一次性密碼|一次性代码|登录码|登入碼|激活码|短信码|认证码|認證碼|验证代码|驗證代碼|安全代码
    認証コード|確認コード|検証コード|セキュリティコード|ログインコード
    ワンタイム(?:パスワード|コード)|認証番号|パスコード|本人確認コード|認証キー
    인증 ?번호|인증 ?코드|확인 ?코드|보안 ?코드|로그인 ?코드|일회용 ?(?:비밀번호|코드|번호)
    (?:رمز|كود) (?:ال)?(?:تحقق|تأكيد|أمان|دخول|تسجيل|تفعيل|مصادقة)|كلمة مرور لمرة واحدة
    رمز لمرة واحدة|کد (?:تأیید|تایید|ورود)|رمز یکبار مصرف
    קוד ה?(?:אימות|כניסה|אבטחה)|קוד חד[- ]פעמי|סיסמה חד[- ]פעמית
    सत्यापन कोड|ओटीपी|वन[- ]टाइम पासवर्ड|सुरक्षा कोड
    รหัสยืนยัน|รหัส otp|รหัสผ่านแบบใช้ครั้งเดียว|รหัสความปลอดภัย
    """,
)
"""What a code to confirm with is called: these say what it is for."""

PLAIN_CODE = _one_of(
    r"""
    codes?\b|passcode|código|codice|cod(?:ul)?\b|kod(?:e|en|u|ul|em)?\b|kód\w*|koodi
    код\w{0,2}\b|κωδικ
    mã\b|pin(?:-?code)?\b
    """,
    "コード|代码|代碼|编码|코드|رمز|كود|کد|קוד|कोड|รหัส|暗証番号",
)
"""What may be a code for anything: a discount, a parcel, a place."""

PURPOSE = _one_of(
    r"""
    passcode|access code
    verif|authentic|sign(?:ing)?[- ]?(?:in|up)\b|log(?:ging)?[- ]?in\b|two[- ](?:factor|step)
    2fa\b|mfa\b|reset your password|password reset
    confirm (?:your|that|it|this) ?(?:e-?mail|account|identity|registration|address|device|phone)
    confirm (?:that|it) (?:was|is) you|confirm it'?s you
    activate your account|new device|your identity
    anmeld|einlogg|bestätig|verifizier|registrier|zurücksetz|identität|konto
    iniciar? sesión|inicio de sesión|confirmar? (?:tu|su|o seu|seu)|confirme (?:su|seu)
    restablec|registr|redefinir|criar (?:a )?sua conta|entrar na
    connexion|connecter|confirmer votre|réinitialis|inscription|vérifi|identité
    acced(?:i|ere)|accesso|conferma(?:re)? (?:il|la|l')|reimpost
    inlog|aanmeld|bevestig|wachtwoord|logga in|inloggning|bekräfta|logg? inn|log ind|bekræft
    bekreft|kirjaud|vahvista
    zalog|logowan|potwierd|weryfik|rejestrac|přihlá|prihlás|ověř|over(?:te|iť)|potvrď|registrac
    autentific|conect|confirma(?:ți|ti|rea)|bejelentkez|megerősít|regisztr
    giriş|doğrula|oturum|kayıt|войти|вход|подтвер|авториз|регистрац|парол|увійти|входу|підтверд
    реєстрац
    συνδεθ|σύνδεσ|επιβεβα|επαλήθ|εγγραφ
    đăng nhập|đăng ký|xác (?:minh|thực|nhận)|masuk|verifikasi|konfirmasi|daftar
    """,
    r"""
    登录|登錄|登入|注册|註冊|验证|驗證|认证|認證|找回|重置|ログイン|サインイン|認証|確認|登録
    로그인|인증|가입|확인
    تسجيل|تحقق|تأكيد|ورود|تأیید|התחבר|אימות|כניסה|साइन इन|लॉग इन|सत्याप|เข้าสู่ระบบ|ยืนยัน
    """,
)
"""What people confirm with a code: who they are, that an address is theirs, a login."""

OTHER_NUMBER = _one_of(
    r"""
    orders?\b|invoice|tickets?\b|case\b|ref(?:erence)?\b|tracking|booking|reservation|flight
    meeting|webinar|conference|promo|coupon|discount|voucher|gift|referral|invit
    (?:use|usage|list|lines?) of|lab\b|survey|badge|quiz|test\b|entry|course|class\b|batch|lot\b
    airport|school|exam|seat|project|group|hotel
    pick-?up|collection|parcel|delivery|package|locker|shipment|error|zip|postal|postcode|area
    country|dial|dress|source|bar-?code|qr|door|gate|status
    (?:customer|client|account|member(?:ship)?|policy|contract|student|patient) (?:no|num|id)
    (?:serial|model|item|product|part|article|confirmation|phone|card|licen[cs]e) (?:no|num|id|key)
    sku\b|end(?:ing|s)\b|last (?:four|4|digits)|phone|tel\b|telephone|call\b|fax\b|mobile|ext\b
    suite|room|box\b|street|vat\b|tax\b|iban|bic\b|swift|sort code|routing|version|build|rfc\b
    cve\b|iso\b|http|copyright|since|year
    no\.|nr\.|n°|transaction|receipt|bill\b|amount|total|balance|price|points|over|more than
    nearly|about
    bestell|auftrag|rechnung|vorgang|referenz|sendung|paket|abhol|buchung|reservierung|gutschein
    rabatt|aktions|kunden|vertrags?|mitglied|end(?:et|ziffern|end)|karte\b|telefon|plz\b
    postleit|artikel|serien|ust|steuer|fehler|seit\b|preis|betrag|summe|empfehl|zimmer
    pedido|factura|fatura|caso\b|seguimiento|rastre|reserva|vuelo|voo\b|cupón|cupom|descuento
    desconto|promocion|cliente|termina|final\b|teléfono|telefone|llam|ligue|postal|cep\b
    artículo|serie|importe|precio|envío|paquete|encomenda|recogida|protocolo|incidencia|chamado
    commande|facture|dossier|suivi|colis|réservation|vol\b|remise|réduction|cadeau|parrainage
    terminant|finissant|téléphone|appel|cedex|montant|prix|retrait
    ordin[ei]|fattura|pratica|riferimento|spedizione|pacco|prenotazione|volo\b|sconto|buono
    che termina|telefono|chiama|cap\b|importo|totale|prezzo|ritiro|numero cliente
    bestelling|bestelnummer|factuur|zaak|zending|pakket|boeking|reservering|vlucht|korting
    cadeau|klant|eindigend|bel\b|bedrag|afhaal
    faktur|ärende|bokning|kundnummer|slutar|ordre|bestilling|pakke|kvittering|kunde|tilaus|lasku
    varaus|alennus|asiakas|puhelin
    zamówien|zgłoszen|sprawy|przesył|paczk|rezerwacj|rabat|promoc|kupon|klient|kończąc|pocztow
    kwot|odbioru|objednáv|zásil|rezervac|slev|psč|částk|zákazn
    comand|comenzi|rezervare|reducer|rendelés|számla|foglalás|kedvezm|irányító|összeg
    sipariş|fatura|talep|referans|kargo|takip|rezervasyon|uçuş|indirim|müşteri|posta|ürün|hata
    tutar|toplam|teslim
    заказ|счет|заявк|обращен|отслеж|трек|посыл|брон|рейс|скид|промокод|купон|клиент|оканчив
    карт\w* [*•]|телефон|тел\b|звон|индекс|артикул|ошибк|сумм|итого|цен|выдач|получен
    замовлен|рахун|звернен|зниж|тел\b|індекс|помилк|сум[аи]|відстеж|отриман
    παραγγελ|τιμολ|κράτησ|έκπτωσ|κουπόν|τηλέφ|ποσό
    đơn hàng|hóa đơn|đặt chỗ|giảm giá|khuyến mãi|điện thoại|vận đơn|bưu chính|tổng|số tiền
    pesanan|resi\b|pelacakan|pemesanan|penerbangan|diskon|telepon|kode pos|jumlah|pelanggan
    """,
    r"""
    订单|訂單|发票|發票|工单|工單|快递|快遞|运单|物流|取件|取货|取貨|预订|預訂|预约|航班|优惠
    優惠|折扣|礼品|邀请|邀請|尾号|尾號|末四位|电话|電話|邮编|型号|版本|错误|金额|总计|价格|余额
    编号|編號|会议|會議|兑换|热线
    注文|請求|問い?合|伝票|追跡|配送|荷物|予約|便名|クーポン|割引|プロモ|招待|お客様番号
    会員番号|下4桁|下四桁|末尾|郵便|品番|エラー|合計|価格|管理番号|受付番号|会議|ミーティング
    ギフト|チケット
    주문|송장|예약|항공|할인|쿠폰|프로모|초대|고객 ?번호|회원 ?번호|끝자리|끝나는|전화|우편|모델
    오류|금액|합계|문의|접수|회의|기프트
    الطلب|طلبك|فاتورة|تذكرة|تتبع|شحن|حجز|رحلة|خصم|كوبون|قسيمة|ينتهي|المنتهية|هاتف|بريدي|مبلغ
    العميل|مرجع|سفارش
    הזמנה|חשבונית|פנייה|משלוח|קופון|הנחה|טלפון|מיקוד|סכום|המסתיים
    ऑर्डर|इनवॉइस|टिकट|छूट|कूपन|फ़ोन|राशि|समाप्त
    คำสั่งซื้อ|ใบแจ้งหนี้|ส่วนลด|คูปอง|พัสดุ|โทร
    [#$€£¥₽₹•]|\*\*|xx+\b
    """,
)
"""What other numbers are called: right before one, they say that it is no code."""

OTHER_PURPOSE = _one_of(
    r"""
    promo|coupon|discount|voucher|gift card|% off|\d ?% (?:off|rabatt)|flight|booking|reservation
    itinerary|check-in|zoom|meeting|webinar|parcel|locker|pick-?up|rabatt|gutschein|buchung|paket
    cupón|descuento|desconto|cupom|reserva|remise|réduction|réservation|colis|sconto|prenotazione
    korting|boeking|pakket|rabat|indirim|kargo|скид|промокод|купон|посыл|зниж|giảm giá|diskon
    kupon
    """,
    "优惠|折扣|取件|快递|預訂|预订|割引|クーポン|予約|할인|쿠폰|예약|خصم|حجز|קופון|הנחה|छूट|ส่วนลด",
)
"""What other codes are for, which are called just that: a sale, a journey, a parcel."""

UNIT = re.compile(
    folded(
        r"\s?(?:(?:min|sek|sec|hour|std|stund|day|tage?\b|week|month|year|hora|heure|jour|giorn"
        r"|ore\b"
        r"|dni\b|godz|dakika|saat|gün|мин|час|дн|сек|хвил|годин|phút|menit|jam\b|uur|dage?n?\b"
        r"|usd|eur|gbp|chf|zł|kč|kr\b|tl\b|руб|грн|kg|km|gb|mb|kb|px|points?|punkte|users?|people"
        r"|customers|downloads|stars|times|steps|views|followers|items)"
        r"|[%€$£¥₽₹]|分(?!の)|秒|小时|小時|天|時間|日|年|円|元|원|시간|분|일|년|دقيق|ساع|דקות|นาที)"
    )
)
"""What a number is followed by that counts or costs something."""

IS = re.compile(
    folded(
        r"(?:[:：=>→\-–—]|\b(?:is|as|lautet|ist|est|es|é|è|(?:ny|kod|nia|go|pu) to|jest|on|är|er|je"
        r"|este|ini|adalah|olarak|is de|là|είναι)\s|は|为|為|是|는|은|이|हे|है|هو|هي|הוא|คือ)"
        r"[\s\"'“”«»「」『』【】\[\](<]*$"
    )
)
"""What stands between the word for a code and the code itself."""
IS_IT = re.compile(
    folded(
        r"[\s\"'“”«»」』】\])>.]*(?:[\-–—:]|is|as (?:your|the)|ist|est|es|é|è|to|jest|on|är|er|je"
        r"|este|adalah|là|είναι"
        r"|が|は|是|为|為|입니다|हे|है|هو|هي|הוא|คือ|ваш|kodunuz|olarak|[(（【「])(?![a-z])"
    )
)
"""How a sentence goes on that begins with the code: `482913 is your code`."""

ENTER = re.compile(
    folded(
        r"(?:\b(?:enter|use|type|introduzca|introduce|ingresa|ingrese|saisissez|entrez|utilisez"
        r"|inserisci|digite|insira|use o|voer|ange|wpisz|zadejte|введите|введіть)|输入|輸入)\s?$"
    )
)
"""What people are asked to do with a code that is not even called one."""
TO_CONFIRM = re.compile(
    folded(
        r"[^.!?]{0,30}\s(?:to|para|pour|per|om|för att|aby|чтобы|щоб)\s(?:\w{1,12}\s)?"
        r"(?:confirm|verif|sign|log\b|complete|finish|continu|valid|connect|acced|inici|entrar"
        r"|conferm|bevest|bekräft|potwierd|zalog|подтверд|войти|підтверд|увійти)"
    )
)
"""And what for."""
