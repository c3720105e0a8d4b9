/** The demo's own pages; those of the connector bring their own. */
export const demoStyle = `
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; background: #eef1f4; color: #1c2630;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
a { color: #0b57a4; text-underline-offset: 2px; }
:is(a, button, input, summary, iframe):focus-visible { outline: 3px solid #0b57a4; outline-offset: 2px; }
header.demo { background: #16324f; color: #fff; }
header.demo nav { display: flex; flex-wrap: wrap; gap: 2px 6px; max-width: 76rem; margin: 0 auto; padding: 6px 16px; align-items: center; }
header.demo a { color: #fff; padding: 9px 10px; text-decoration: none; }
header.demo a:hover { text-decoration: underline; }
header.demo a[aria-current] { box-shadow: inset 0 -3px #7fc4ff; }
header.demo b { margin-right: 12px; }
main { max-width: 76rem; margin: 0 auto; padding: 20px 16px 60px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 4px 0 10px; }
h2 { font-size: 1.15rem; margin: 0 0 8px; }
p { max-width: 46rem; margin: 0 0 12px; }
.card { background: #fff; border: 1px solid #d5dbe1; border-radius: 8px; padding: 16px 18px; margin: 0 0 18px; }
.soft, small { color: #4a5764; font-size: .9rem; }
ol.steps { padding-left: 22px; margin: 0; } ol.steps li { margin: 0 0 8px; max-width: 56rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 8px 10px; border-bottom: 1px solid #e3e8ec; vertical-align: top; }
th { font-size: .88rem; color: #4a5764; white-space: nowrap; }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.debt { color: #a11d16; font-weight: 600; } .fine { color: #17602f; font-weight: 600; }
.tag { display: inline-block; border-radius: 99px; padding: 1px 10px; font-size: .88rem; font-weight: 600; white-space: nowrap; }
.tag.stop { background: #fdeaea; color: #7a1512; } .tag.go { background: #e6f5ea; color: #0f4a24; } .tag.wait { background: #fff3d6; color: #5c3b00; }
.acts { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; }
label { display: block; font-weight: 600; font-size: .92rem; }
input { font: inherit; padding: 7px 10px; border: 1px solid #75828f; border-radius: 4px; min-height: 44px; max-width: 100%; }
button, .button { font: inherit; font-weight: 600; min-height: 44px; padding: 8px 16px; border: 1px solid #0b57a4; border-radius: 4px;
  background: #fff; color: #0b57a4; cursor: pointer; text-decoration: none; display: inline-flex; align-items: center; }
button.main { background: #0b57a4; color: #fff; }
.said { border-left: 5px solid #1f7a3d; background: #e6f5ea; padding: 10px 14px; margin: 0 0 18px; border-radius: 3px; }
iframe { width: 100%; border: 1px solid #d5dbe1; border-radius: 6px; height: 300px; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f5f7f9; border: 1px solid #d5dbe1; border-radius: 6px; padding: 12px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 14px; margin: 0 0 14px; }
dt { color: #4a5764; } dd { margin: 0; overflow-wrap: anywhere; }
.panel-top { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; justify-content: space-between; }
.big { font-size: 1.6rem; font-variant-numeric: tabular-nums; }
.blocked { text-align: center; border-top: 6px solid #b3261e; }
.blocked p { margin-left: auto; margin-right: auto; }
.lms { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 14px; }
.lms aside { background: #dcd3c0; border-radius: 6px; padding: 10px; font-size: .92rem; align-self: start; }
.lms aside b { display: block; margin: 8px 0 2px; } .lms aside a { display: block; padding: 5px 6px; color: #3d3320; }
@media (max-width: 760px) { .lms { grid-template-columns: minmax(0, 1fr); } main { padding: 14px 10px 40px; } .card { padding-left: 12px; padding-right: 12px; } th, td { padding: 8px 4px; font-size: .92rem; } dl { grid-template-columns: minmax(0, 1fr); } }
`
