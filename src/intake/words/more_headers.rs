//! Header words of further languages, and of the programs that name each column after the person:
//! written as people write them, compared as `cell::key` writes them.

use crate::intake::header::Field;

pub(super) const WORDS: &[(Field, &str)] = &[
    (
        Field::Email,
        "subscriber authoremail authoremailaddress emailauteur reporteremail editoremail writeremail \
         indirizzoemail indirizzodipostaelettronica indirizzopostaelettronica postaelettronica indirizzomail \
         e-mailadres mailadres emailadres endereçodeemail endereçodee-mail endereçoeletrônico correioeletrônico correioeletrónico \
         adrese-mail adresemail adrese-mailowy e-postadress e-post epost epostadresse e-postadresse mailadresse \
         sähköposti sähköpostiosoite e-mailovaadresa e-mailováadresa emailováadresa e-mailcím emailcím e-posta eposta e-postaadresi \
         adresăemail adresadeemail адресэлпочты адресэлектроннойпочты электроннаяпочта почта эл.почта емейл имейл \
         електроннапошта електроннаадреса ηλεκτρονικόταχυδρομείο ηλεκτρονικήδιεύθυνση διεύθυνσηηλεκτρονικούταχυδρομείου \
         البريدالإلكتروني عنوانالبريدالإلكتروني بريدإلكتروني אימייל דואל דואראלקטרוני כתובתדואל \
         メール メールアドレス 電子メールアドレス 電子メール Eメール 邮箱 电子邮件 电子邮件地址 电子邮箱 邮件地址 電子郵件 電子郵件地址 \
         이메일 이메일주소 전자메일주소 전자메일",
    ),
    (
        Field::Name,
        "naam volledigenaam contactpersoon nominativo nomeecognome nomecompleto nome nazwisko_i_imię imięinazwisko \
         namn fulltnamn navn fuldenavn fulltnavn kontaktperson nimi jméno-a-příjmení jménoapříjmení celéjméno név teljesnév \
         adsoyad adısoyadı isimsoyisim numecomplet numeșiprenume имя фио имяифамилия полноеимя контактноелицо журналист \
         імя піб ονοματεπώνυμο όνομα الاسم الاسمالكامل שם שםמלא 名前 氏名 お名前 担当者 担当者名 姓名 名字 联系人 이름 성명 담당자 \
         giornalista jornalista dziennikarz toimittaja novinář újságíró gazeteci",
    ),
    (
        Field::GivenName,
        "voornaam nomeproprio nomebattesimo primeironome imię förnamn fornavn etunimi jméno křestníjméno keresztnév utónév ad adı \
         prenume όνομαπρώτο الاسمالأول שםפרטי 名",
    ),
    (
        Field::FamilyName,
        "achternaam cognome sobrenome apelido nazwisko efternamn efternavn etternavn sukunimi příjmení vezetéknév családnév soyad \
         soyadı soyisim фамилия прізвище επώνυμο επίθετο اسمالعائلة اللقب שםמשפחה 姓 성",
    ),
    (
        Field::MiddleName,
        "отчество побатькові tussenvoegsel mellannamn mellemnavn",
    ),
    (
        Field::Outlet,
        "outlets mediaoutlets outletorganisation outletcompany publicationoutlet newsoutlet mediacompany mediahouse mediaorganisation mediaorganization currentoutlet \
         primarypublication worksfor writesfor publications \
         testata testatagiornalistica giornale società azienda redazione mezzo emittente editore \
         bedrijf bedrijfsnaam organisatie krant redactie uitgever tijdschrift omroep veículo veículodecomunicação meiodecomunicação jornal redação \
         redakcja firma wydawca czasopismo gazeta tytułprasowy organizacja företag företagsnamn tidning redaktion virksomhed avis redaksjon bedrift \
         firmanavn yritys lehti toimitus media tiedotusväline společnost redakce noviny médium cég lap szerkesztőség médiaorgánum \
         şirket kurum yayın gazete yayınevi companie redacție ziar publicație \
         организация компания сми издание редакция газета журнал медиа організація видання εταιρεία μέσο εφημερίδα μέσοενημέρωσης \
         الشركة المؤسسة الوسيلة الصحيفة חברה כלי-תקשורת עיתון ארגון 会社 会社名 媒体 媒体名 所属 勤務先 公司 单位 媒体名称 公司名称 機構 \
         회사 회사명 매체 매체명 언론사 소속",
    ),
    (
        Field::Title,
        "contactjobtitle journalisttitle contactposition currenttitle designation \
         qualifica ruolo posizione incarico functie rol functietitel cargo função stanowisko funkcja befattning roll stilling rolle \
         tehtävänimike titteli ammatti funkce pozice beosztás munkakör ünvan unvan işunvanı görev funcția funcție \
         должность посада θέση ιδιότητα المسمىالوظيفي المنصب תפקיד 役職 肩書き 肩書 职务 职位 職稱 직함 직책 직위",
    ),
    (
        Field::Beats,
        "beattopics primarybeat coveragetopics topicscovered subjectareas editorialfocus sectorscovered \
         settore argomenti tematiche rubrica onderwerp onderwerpen rubriek editoria assunto assuntos tema temática dział tematyka temat \
         bevakningsområde ämne ämnen bevakning emne emner stofområde aihe aiheet rubrika témata téma rovat témák konu konular alan domenii \
         тема темы рубрика тематика теми θέματα αντικείμενο المواضيع التخصص נושא נושאים 担当分野 専門分野 分野 领域 报道领域 跑线 분야 담당분야",
    ),
    (
        Field::Tags,
        "etichetta etichette gruppo gruppi categorie lista_contatti labels groep groepen categorieën etiqueta marcadores grupo etykieta etykiety grupa grupy \
         kategoria kategorie taggar grupper kategori kategorier tunnisteet ryhmä ryhmät štítek štítky skupina skupiny címke címkék csoport \
         etiket etiketler grup gruplar etichete метка метки теги группа группы категория мітки група ετικέτα ομάδα الوسوم المجموعة תגיות קבוצה \
         分類項目 タグ グループ カテゴリ 标签 分组 类别 태그 그룹",
    ),
    (
        Field::Country,
        "paese nazione stato_estero paesenazione kraj land landsregion país paíseregião maa zemė země stát ország ülke țara țară страна країна χώρα \
         البلد الدولة מדינה ארץ 国 国会社 国名 国家 國家 국가 나라 journalistcountry",
    ),
    (
        Field::Language,
        "lingua lingue taal talen língua idiomapreferido język språk sprog kieli jazyk nyelv dil limba limbă язык мова γλώσσα اللغة שפה 言語 语言 語言 언어",
    ),
    (
        Field::Phone,
        "telefono cellulare numeroditelefono telefoonnummer telefoonopwerk mobieletelefoon telefoon mobiel mobielnummer telefone telemóvel celular telefonecelular telefonenumero \
         numertelefonu telefonkomórkowy komórka telefonnummer mobilnummer mobiltelefon telefonnummer puhelin puhelinnumero matkapuhelin mobilní mobilnítelefon \
         telefonszám mobilszám ceptelefonu telefonnumarası телефон мобильный номертелефона мобільний τηλέφωνο κινητό الهاتف رقمالهاتف الجوال \
         טלפון נייד 電話 電話会社 電話番号 携帯電話 电话 手机 电话号码 手机号 電話號碼 전화 전화번호 휴대폰 휴대전화 officephone",
    ),
    (
        Field::Notes,
        "annotazioni osservazioni commenti opmerking opmerkingen notities observações comentários uwagi notatki anteckning anteckningar \
         kommentarer noter bemærkninger bemærkning merknader merknad huomautukset muistiinpanot poznámka poznámky megjegyzés megjegyzések notlar not açıklama \
         observații заметки примечание примечания комментарий нотатки примітки σημειώσεις παρατηρήσεις ملاحظات הערות 備考 メモ 备注 備註 메모 비고",
    ),
    (
        Field::Kind,
        "tipodimedia tipodicontatto typemedia soortmedium tipodemídia rodzajmediów mediatyp mediatype typmédia médiatípus",
    ),
];
