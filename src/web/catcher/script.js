// Says when more has been caught. Without script the page only needs a reload.
const known = Number(document.currentScript.dataset.taken);
const news = document.getElementById("news");
setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch("/mails.json");
    const more = (await answer.json()).taken - known;
    if (more > 0 && news) {
      const link = document.createElement("a");
      link.href = "/";
      link.textContent = more === 1 ? "1 more has come" : `${more} more have come`;
      news.replaceChildren(link);
    }
  } catch {
    if (news) news.textContent = "The catcher has stopped.";
  }
}, 2000);
