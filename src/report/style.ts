/** The style sheet of the HTML report. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f7f6f3, #131518);
  --card: light-dark(#ffffff, #1b1e22);
  --ink: light-dark(#1d1f23, #e9e7e3);
  --soft: light-dark(#5a5e66, #a6abb3);
  --line: light-dark(#e2dfd8, #33373e);
  --accent: light-dark(#1d5bb8, #86b6ff);
  --bar: light-dark(#d8e5f8, #24405f);
  --ok: light-dark(#17663a, #74d59b);
  --warning: light-dark(#835000, #f1b868);
  --alert: light-dark(#b0221b, #ff978f);
  --s1: light-dark(#a34a00, #f0a35a);
  --s2: light-dark(#17663a, #74d59b);
  --s3: light-dark(#7a3ea8, #cfa3f2);
}
* { box-sizing: border-box; }
html { background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
body { overflow-wrap: break-word; max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 1.3rem; margin: 0 0 0.25rem; display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; }
h3 { font-size: 1rem; margin: 1.75rem 0 0.5rem; }
p { margin: 0.35rem 0; }
.muted, .summary { color: var(--soft); }
.headline { font-size: 1.15rem; margin: 1rem 0 1.25rem; max-width: 52rem; overflow-wrap: anywhere; text-wrap: pretty; }
.summary { max-width: 52rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem 1.25rem; padding: 0.6rem 0; margin: 0 0 1.5rem; border-block: 1px solid var(--line); font-size: 0.95rem; }
.dot { display: inline-block; width: 0.55rem; height: 0.55rem; border-radius: 50%; background: var(--soft); }
.dot.ok { background: var(--ok); } .dot.warning { background: var(--warning); } .dot.alert, .dot.error { background: var(--alert); }
.badge { font-size: 0.75rem; font-weight: 600; line-height: 1.4; padding: 0.1rem 0.6rem; border: 1px solid currentColor; border-radius: 1rem; color: var(--soft); white-space: nowrap; }
.badge.ok { color: var(--ok); } .badge.warning { color: var(--warning); } .badge.alert, .badge.error { color: var(--alert); }
main > section { background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1.25rem 1.4rem; margin: 0 0 1.25rem; scroll-margin-top: 1rem; }
main > section:first-child { background: none; border: 0; padding: 0; }
.tiles { list-style: none; padding: 0; margin: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(12.5rem, 1fr)); gap: 0.9rem; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 0.8rem 1rem; display: grid; grid-template-columns: 1fr auto; align-items: end; gap: 0 0.5rem; }
.tiles .label { grid-column: 1 / -1; color: var(--soft); font-size: 0.85rem; }
.tiles .value { grid-column: 1 / -1; font-size: 1.6rem; font-weight: 650; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; line-height: 1.3; }
.change { color: var(--soft); font-size: 0.85rem; white-space: nowrap; }
.good { color: var(--ok); } .bad { color: var(--alert); }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.45rem 0.7rem 0.45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 500; white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 500; }
td { overflow-wrap: break-word; min-width: 4.5rem; }
td:first-child { overflow-wrap: anywhere; min-width: 12rem; }
td code { white-space: nowrap; }
.n { text-align: right; white-space: nowrap; min-width: 0; }
.now { font-weight: 650; }
.ratio span { display: inline-block; min-width: 5.5rem; padding: 0 0.35rem; background: linear-gradient(to right, var(--bar) var(--share), transparent 0); border-radius: 3px; }
.scroll { overflow-x: auto; }
.figures { margin-top: 0.75rem; }
.spark { display: block; } .spark path, .line { fill: none; stroke: var(--accent); stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; } .spark circle { fill: var(--accent); }
.tiles .spark { justify-self: end; }
figure { margin: 0.5rem 0; } .chart { width: 100%; max-width: 44rem; height: auto; } .chart text { font-size: 12px; fill: var(--soft); } .grid { stroke: var(--line); } .mark { stroke: var(--soft); stroke-dasharray: 4 3; }
.line.s1 { stroke: var(--s1); stroke-dasharray: 7 4; } .line.s2 { stroke: var(--s2); stroke-dasharray: 2 4; } .line.s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; }
.legend { font-size: 0.85rem; } .legend span { margin-right: 1rem; color: var(--accent); } .legend .s1 { color: var(--s1); } .legend .s2 { color: var(--s2); } .legend .s3 { color: var(--s3); }
.actions { list-style: none; padding: 0; margin: 0.75rem 0 0; }
.actions li { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0.15rem 0.75rem; padding: 0.7rem 0; border-top: 1px solid var(--line); align-items: start; }
.actions .badge { justify-self: start; margin-top: 0.2rem; } .actions p { margin: 0; overflow-wrap: anywhere; } .actions pre { grid-column: 2; }
pre, code { font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0.3rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { background: var(--page); border: 1px solid var(--line); border-radius: 4px; padding: 0.15rem 0.5rem; }
summary { cursor: pointer; color: var(--accent); font-size: 0.9rem; }
@media (max-width: 44rem) {
  body { padding: 1.25rem 0.85rem 2rem; }
  main > section { padding: 1rem; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.6rem; } .tiles li { padding: 0.65rem 0.75rem; } .tiles .spark { display: none; }
  .actions li { grid-template-columns: minmax(0, 1fr); } .actions pre { grid-column: 1; }
  .figures thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .figures, .figures tbody { display: block; }
  .figures tr { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
  .figures th, .figures td { border: 0; padding: 0.1rem 0; text-align: left; white-space: normal; min-width: 0; }
  .figures th { grid-column: 1 / -1; font-weight: 650; }
  .figures td::before { content: attr(data-label) ": "; color: var(--soft); font-weight: 400; }
}
@media print {
  :root { color-scheme: light; }
  html { font-size: 11px; background: none; }
  body { max-width: none; padding: 0; }
  nav { display: none; }
  main > section, .tiles li { border-color: #ccc; break-inside: auto; }
  tr, .actions li, .tiles li, figure { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  .ratio span { print-color-adjust: exact; }
}
`;
