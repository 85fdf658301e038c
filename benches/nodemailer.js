// Sends many mails of about 6 KB through nodemailer's pool: the peer that scripts/bench compares with.
// node nodemailer.js PORT CONNECTIONS MAILS
const nodemailer = require("nodemailer");

const [port, connections, mails] = process.argv.slice(2).map(Number);
const paragraph = "The plant takes its power from the tide that runs twice a day through the narrows, and feeds nine thousand homes on the north shore, the company said on Tuesday. ";
const text = paragraph.repeat(12);
const pool = nodemailer.createTransport({
  host: "127.0.0.1", port, pool: true, maxConnections: connections, maxMessages: Infinity,
  secure: false, ignoreTLS: true,
});

async function main() {
  const started = process.hrtime.bigint();
  const sending = [];
  for (let number = 0; number < mails; number++) {
    const optout = `mailto:press@example.com?subject=unsubscribe%20${number}`;
    sending.push(pool.sendMail({
      from: "Press <press@example.com>",
      to: `c${number}@desk${number % 50}.example`,
      subject: "Harbour Light Opens Its First Tidal Plant in Vancouver",
      text: `${text}\n\nNo more of this: ${optout}\n`,
      html: `<p>${text}</p><p><a href="${optout}">No more of this</a></p>`,
      list: { unsubscribe: optout },
    }));
  }
  await Promise.all(sending);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  pool.close();
  console.log(JSON.stringify({ seconds }));
}
main();
