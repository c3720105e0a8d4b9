/**
 * The style of the fragment. LMS has rules for bare elements around it, so everything inside is set back to the
 * browser's own first, and every rule carries the root's id, which outweighs a page's classes.
 */
const root = '#billtech-page'

const rules = `
& { all: initial; display: block; container-type: inline-size; box-sizing: border-box; color-scheme: light;
  background: #fff; color: #1c2630; padding: 16px; border-radius: 6px; max-width: 92rem; text-align: left;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
& :where(*:not(style)) { all: revert; box-sizing: border-box; }
& a { color: #0b57a4; text-underline-offset: 2px; }
& a:hover { text-decoration-thickness: 2px; }
& :is(a, button, input, select, summary, [tabindex]):focus-visible { outline: 3px solid #0b57a4; outline-offset: 2px;
  box-shadow: 0 0 0 2px #fff; }
& h1 { font-size: 1.55rem; line-height: 1.2; margin: 18px 0 4px; }
& h2 { font-size: 1.15rem; margin: 0 0 8px; }
& p { margin: 0 0 10px; max-width: 48rem; }
& .lead { color: #4a5764; margin-bottom: 16px; }
& .soft, & small { color: #4a5764; font-size: .87rem; }
& .vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
& nav.top { display: flex; flex-wrap: wrap; gap: 2px 4px; border-bottom: 1px solid #d5dbe1; align-items: end; }
& nav.top a { padding: 9px 14px; text-decoration: none; color: #33414e; border-bottom: 3px solid transparent; }
& nav.top a:hover { background: #f1f4f7; }
& nav.top a[aria-current] { color: #0b57a4; border-bottom-color: #0b57a4; font-weight: 600; }
& nav.top .lang { margin-left: auto; }
& .note { border-left: 5px solid; padding: 10px 14px; margin: 14px 0; border-radius: 3px; max-width: 60rem; }
& .note p:last-child, & .note ul:last-child { margin-bottom: 0; }
& .note ul a, & li > a { display: inline-block; vertical-align: top; padding: 2px 0 3px; }
& .note ul { margin: 0 0 8px; padding-left: 20px; }
& .good { background: #e6f5ea; border-color: #1f7a3d; color: #0f4a24; }
& .warn { background: #fff3d6; border-color: #a86a00; color: #5c3b00; }
& .bad { background: #fdeaea; border-color: #b3261e; color: #7a1512; }
& .bad a { color: #7a1512; }
& .box { border: 1px solid #d5dbe1; border-radius: 6px; padding: 14px 16px; margin: 0 0 16px; }
& .fields { display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: end; }
& .field { display: flex; flex-direction: column; gap: 3px; }
& label, & legend, & .label { font-weight: 600; font-size: .93rem; }
& .check { display: flex; gap: 8px; align-items: center; min-height: 38px; }
& .check label { font-weight: 400; }
& .check input { width: 20px; height: 20px; margin: 0; flex: none; accent-color: #0b57a4; }
& :is(input[type=text], input[type=month], input[type=date], input[type=password], select) { font: inherit;
  height: 38px; padding: 4px 9px; border: 1px solid #75828f; border-radius: 4px; background: #fff; color: inherit;
  max-width: 100%; }
& [aria-invalid=true] { border: 2px solid #b3261e; }
& .wrong { color: #a11d16; font-weight: 600; font-size: .9rem; margin: 0; }
& button, & a.button { font: inherit; font-weight: 600; min-height: 38px; padding: 6px 16px; border-radius: 4px;
  border: 1px solid #0b57a4; background: #fff; color: #0b57a4; cursor: pointer; text-decoration: none;
  display: inline-flex; align-items: center; }
& button.main { background: #0b57a4; color: #fff; }
& button:hover, & a.button:hover { background: #e8f0f8; }
& button.main:hover { background: #08437f; }
& .row { display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: center; margin: 12px 0; }
& .row.apart { justify-content: space-between; }
& .row p { margin: 0; }
& table { border-collapse: separate; border-spacing: 0; width: 100%; }
& th { text-align: left; font-size: .87rem; padding: 8px 10px; border-bottom: 2px solid #b9c2cb; background: #f5f7f9;
  position: sticky; top: 0; white-space: nowrap; z-index: 1; }
& th a { color: inherit; text-decoration: none; display: inline-block; padding: 3px 0; }
& th a:hover { text-decoration: underline; }
& td { padding: 8px 10px; border-bottom: 1px solid #e3e8ec; vertical-align: top; overflow-wrap: break-word; }
& td.any { overflow-wrap: anywhere; min-width: 9rem; }
& tbody tr:hover { background: #f7fafc; }
& tr.done td { color: #5a6673; background: #fafbfc; }
& .num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; }
& .day { white-space: nowrap; font-variant-numeric: tabular-nums; }
& .pick { width: 44px; }
& .pick label { display: flex; min-width: 28px; min-height: 28px; align-items: center; justify-content: center; }
& .pick input { width: 20px; height: 20px; margin: 0; accent-color: #0b57a4; }
& .tag { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: .85rem; font-weight: 600;
  white-space: nowrap; border: 1px solid transparent; background: #eceff2; color: #3b4854; }
& .tag.wait { background: #fff3d6; color: #5c3b00; border-color: #e3c27a; }
& .tag.fine { background: #e6f5ea; color: #0f4a24; border-color: #a5d3b3; }
& .tag.stop { background: #fdeaea; color: #7a1512; border-color: #eab2ae; }
& td small, & td .tag + small { display: block; }
& fieldset { border: 1px solid #d5dbe1; border-radius: 6px; margin: 0 0 16px; padding: 6px 16px 14px; min-width: 0; }
& legend { font-size: 1.05rem; padding: 0 6px; }
& .setting { display: grid; grid-template-columns: minmax(13rem, 18rem) minmax(0, 1fr); gap: 4px 18px; padding: 12px 0;
  border-top: 1px solid #e9edf0; }
& .setting:first-of-type { border-top: 0; }
& .setting code, & code { font: .84rem/1.4 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; color: #4a5764;
  overflow-wrap: anywhere; }
& .setting .about { margin: 4px 0 0; }
& .setting input:is([type=text], [type=password]) { width: 100%; max-width: 30rem; }
& .setting input.short { max-width: 9rem; }
& dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0 0 10px; }
& .pair { display: contents; }
& dt { color: #4a5764; }
& dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
& .counts { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 10px; list-style: none;
  padding: 0; margin: 0 0 20px; }
& .counts li { border: 1px solid #d5dbe1; border-radius: 6px; padding: 10px 14px; display: flex; flex-direction: column;
  justify-content: space-between; gap: 2px; font-size: .93rem; }
& .counts b { font-size: 1.5rem; font-variant-numeric: tabular-nums; line-height: 1.2; }
& section { margin: 0 0 26px; }
& .findings { list-style: none; padding: 0; margin: 0; }
& .findings .note { margin: 8px 0; color: #1c2630; background: #fff; border: 1px solid #d5dbe1; border-left-width: 5px; }
& .findings .bad { border-left-color: #b3261e; } & .findings .warn { border-left-color: #a86a00; }
& .findings p { margin: 4px 0 0; } & .lines { white-space: pre-line; overflow-wrap: anywhere; }
& details summary { cursor: pointer; padding: 6px 0; }
& .pages { display: flex; flex-wrap: wrap; gap: 8px; }
@container (max-width: 760px) {
  & .filter .fields { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); align-items: start; }
  & .filter :is(button, .wide) { grid-column: 1 / -1; } & .filter button { justify-content: center; }
  & .filter .check { align-self: end; }
  & .field, & .field input, & .field select { width: 100%; min-width: 0; }
  & .fields button, & .row > button, & .row > a.button { min-height: 44px; }
  & .setting { grid-template-columns: minmax(0, 1fr); }
  & table, & tbody, & tr, & td { display: block; width: 100%; }
  & thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  & tbody tr { border: 1px solid #d5dbe1; border-radius: 6px; margin: 0 0 10px; padding: 8px 12px; }
  & td { border: 0; padding: 3px 0; display: grid; grid-template-columns: 6.3rem minmax(0, 1fr); gap: 8px; }
  & td.any { min-width: 0; } & td:has(> div:empty) { display: none; }
  & nav.top a { padding: 9px 10px; } & .counts { grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); }
  & td::before { content: attr(data-label); color: #4a5764; font-size: .87rem; }
  & td > * { grid-column: 2; }
  & tr.done td { background: none; } & tr.done { background: #fafbfc; }
  & .num { text-align: left; }
  & .pick { width: 100%; } & .pick label { justify-content: start; min-width: 44px; min-height: 44px; }
  & td.pick { align-items: center; border-bottom: 1px solid #e9edf0; }
  & dl { grid-template-columns: minmax(0, 1fr); gap: 0; } & dd { margin-bottom: 8px; }
}
@container (max-width: 235px) { & td { grid-template-columns: minmax(0, 1fr); gap: 0; } & td > * { grid-column: 1; } }
@media print { & nav.top, & form.filter, & .row button, & .pages { display: none; } & th { position: static; } }
`

/** Browsers older than nesting read it too: the root is written into every selector. */
export const pageStyle: string = rules.trim().replaceAll('&', root).replace(/\n\s*/g, '\n')
