//! Header words of address books: what Outlook, Thunderbird and Windows call their columns in the
//! languages that they speak.

use crate::intake::header::Field;

pub(super) const WORDS: &[(Field, &str)] = &[
    (
        Field::Email,
        "e-pasts e-paštas el.paštas e-mailaadress e-naslov e-adresa youremail youremailaddress ihree-mail ihree-mail-adresse votree-mail votreadressee-mail primäree-mail-adresse primærmail direccióndecorreoelectrónicoprincipal adresseélectroniqueprincipale e-mailprimaria \
         기본메일 메일주소 eerstee-mail podstawowye-mail emailprimário 主要电子邮件 主要email elektronikpostaadresi \
         प्राथमिकमेल ई-मेलएड्रेस адресэл.почты emailsprimary",
    ),
    (
        Field::MoreEmail,
        "sekundäree-mail-adresse sekundærmail direccióndecorreoelectrónicosecundaria adresseélectroniquesecondaire e-mailsecondaria \
         別のメールアドレス 추가메일 tweedee-mail dodatkowye-mail emailsecundário annane-post 备用电子邮件 次要email \
         альтернативныйадресэлектроннойпочты direccióndelcorreoelectrónico3 адрес2эл.почты адрес3эл.почты \
         elektronikposta2adres elektronikposta3adres 電子メール2アドレス 電子メール3アドレス personalemails otheremails emailsother",
    ),
    (
        Field::Name,
        "yourname yourfullname ihrname deinname votrenom visnavn anzeigename nombremostrado nomàafficher nomevisualizzato 表示名 표시명 weergavenaam wyświetlananazwa \
         apresentarcomo отображаемоеимя kortnamn 显示名称 顯示名稱 名稱 journalists reporters editors contactpersons names \
         journalistennamen ansprechpartnerin presskontakt pressekontakt authorname reportername editorname mediacontact mediacontactname contactpresse contactodeprensa",
    ),
    (
        Field::GivenName,
        "vārds vardas eesnimi ime krstnémeno meno ilkadı ilkad 이름성제외 पहलानाम प्रथमनाम",
    ),
    (
        Field::MiddleName,
        "mellemnavn weiterevornamen 2.vorname secondonome middelstenaam drugieimię segundonome ikinciadı ikinciad ミドル \
         ミドルネーム nomedomeio 중간이름 中间名 中間名",
    ),
    (
        Field::FamilyName,
        "uzvārds pavardė perekonnanimi perenimi prezime priimek priezvisko 姓氏 अंतिमनाम",
    ),
    (
        Field::Outlet,
        "currentemployer compañía компания 组织 組織 संगठन कंपनी organizzazione organisatie empresa företag şirket الشركة \
         nomeorganizzazione nazwaorganizacji 組織名 namnpåorganisation organisationsnavn organisationensnavn organisaationnimi názevorganizace \
         szervezetneve kuruluşadı названиеорганизации empresaasociada empresaasociadaprincipal entrepriseassociée \
         entrepriseprincipaleassociée entrepriseassociéeprincipale zugehörigesunternehmen primäreszugehörigesunternehmen \
         aziendaassociata aziendaassociataprincipale gekoppeldbedrijf primairgekoppeldbedrijf empresaassociada empresaassociadaprincipal powiązanafirma \
         organisations organizations organisationen yourpublication youroutlet yourmedia yourorganisation yourorganization ihrmedium ihreredaktion \
         votremédia votrerédaction tumedio sumedio salesaccount salesaccountname employername worksat",
    ),
    (
        Field::Title,
        "titoloorganizzazione stanowiskoworganizacji 組織での役職 titelinomorganisationen titelorganisation posizione stilling befattning işunvanı arbeitstitel werkfunctie 职务 職稱 पदनाम mediarole",
    ),
    (
        Field::Tags,
        "taglist maillists emaillists distributionlists listmembership verteilerlisten mailinglisten personlabel",
    ),
    (
        Field::Country,
        "workcountry landgeschäftlich dienstlichland arbejdsland werkland paísdeltrabajo paísoregióndeltrabajo naziónedilavoro \
         nazionedilavoro homecountry privatland countryhome countrywork defaultaddresscountrycode paísregiãodaempresa \
         landarbete landföretag landhem 国会社地域 国勤務先",
    ),
    (
        Field::Phone,
        "phones telefongeschäftlich teldienstlich mobiltelnr workphone arbejdstelefon telefonarbete telefonowerk telefoonwerk \
         teléfonodeltrabajo téléphoneprofessionnel telefonoufficio 会社電話 勤務先電話番号 직장전화 telefonsłużbowy telefonecomercial \
         рабочийтелефон iştelefonno iştelefonu numerocellulare mobielnummer directdial directline contactdirectphone",
    ),
    (
        Field::Notes,
        "anotações 注释 註解 टिप्पणी नोट्स ملاحظات pitchingtips contactpitchingtips pitchingnotes pitchtips",
    ),
];
