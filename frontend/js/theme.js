// Runs before the first paint: the visitor's choice of colours, kept in the site's only cookie.
{
  const chosen = document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/)?.[1];
  if (chosen) document.documentElement.dataset.theme = chosen;
}
