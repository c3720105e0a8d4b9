/** The one style sheet of the docs. Both themes keep a contrast of 4.5:1. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--soft:#f5f7fa;--ink:#15181e;--muted:#545e6d;--line:#e1e6ed;--brand:#0b57d0;--mark:#e8f0fe;--ok:#0a7a3d;--warn:#8a4b00;--code:#10151d;--code-ink:#dfe6f0;--code-muted:#94a1b5;--k:#8ab4ff;--s:#8fd6a5;--v:#ffc876;--bar:56px}
@media(prefers-color-scheme:dark){:root{--bg:#0f1217;--soft:#181c23;--ink:#e8ecf2;--muted:#a4aebd;--line:#2b323d;--brand:#8ab4ff;--mark:#1c2a44;--ok:#6fd99a;--warn:#ffc876;--code:#080b10}}
*{box-sizing:border-box}
html{scroll-padding-top:calc(var(--bar) + 16px);-webkit-text-size-adjust:100%}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
a{color:var(--brand);text-underline-offset:2px}
:focus-visible{outline:3px solid var(--brand);outline-offset:2px;border-radius:4px}
code,pre{font:.875em/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
:not(pre)>code{background:var(--soft);border:1px solid var(--line);border-radius:5px;padding:.05em .35em;overflow-wrap:anywhere}
a>code{color:inherit}
.skip{position:absolute;left:-999px;top:8px;z-index:9;background:var(--bg);padding:8px 12px}
.skip:focus{left:8px}
header{position:sticky;top:0;z-index:5;height:var(--bar);display:flex;align-items:center;justify-content:space-between;gap:16px;padding:0 20px;background:var(--bg);border-bottom:1px solid var(--line)}
.brand{font-weight:700;color:var(--ink);text-decoration:none;white-space:nowrap}
.brand span{color:var(--brand)}
header nav{display:flex;gap:4px}
header nav a{color:var(--muted);text-decoration:none;padding:10px 10px;font-size:15px}
header nav a:hover,.side a:hover,.contents a:hover{color:var(--ink)}
.contents{position:sticky;top:var(--bar);z-index:4;background:var(--bg);border-bottom:1px solid var(--line)}
.contents summary{padding:12px 20px;font-weight:600;cursor:pointer}
.contents nav{max-height:70vh;overflow:auto;padding:0 20px 16px}
.side p,.contents p{margin:20px 0 4px;font-size:13px;font-weight:700;color:var(--muted);letter-spacing:.02em}
.side ul,.contents ul{list-style:none;margin:0;padding:0}
.side a,.contents a{display:block;padding:5px 10px;margin:0 -10px;border-radius:7px;color:var(--muted);text-decoration:none;font-size:15px;line-height:1.4}
.contents a{padding:10px}
.side a[aria-current]{background:var(--mark);color:var(--ink);font-weight:600}
.side{display:none}
main{padding:24px 20px 96px;max-width:1180px;min-width:0}
h1{font-size:34px;line-height:1.2;letter-spacing:-.02em;margin:8px 0 8px}
h2{font-size:25px;line-height:1.25;letter-spacing:-.01em;margin:0 0 12px}
h3{font-size:20px;line-height:1.3;margin:0 0 6px}
h4{font-size:14px;margin:24px 0 0;padding-bottom:6px;border-bottom:1px solid var(--line);color:var(--muted)}
main>section{padding-top:40px;margin-top:40px;border-top:1px solid var(--line)}
h1+section{border-top:0;margin-top:0;padding-top:16px}
.call{padding-top:36px;margin-top:36px;border-top:1px solid var(--line)}
section section.call:first-of-type{border-top:0;margin-top:0}
p,ul,ol{margin:0 0 14px}
h4+p{margin:8px 0}
main ul:not(.fields,.codes),main ol{padding-left:22px}
main li{margin-bottom:8px}
.text>p,.text>ul:not(.fields),.text>ol,section>p,section>ul{max-width:70ch}
.address{display:flex;flex-wrap:wrap;align-items:center;gap:8px;margin-bottom:16px}
.address code{background:none;border:0;padding:0;font-size:15px;overflow-wrap:anywhere}
.method{font-size:13px;font-weight:700;color:var(--brand);background:var(--mark);border-radius:6px;padding:3px 8px}
.method.get{color:var(--ok)}
.chip,.status{font-size:13px;border:1px solid var(--line);border-radius:99px;padding:1px 9px;color:var(--muted);font-weight:400;letter-spacing:0;vertical-align:middle}
.fields,.codes{list-style:none;padding:0}
.fields li{padding:11px 0;margin:0;border-bottom:1px solid var(--line)}
.fields li>code{font-weight:600;background:none;border:0;padding:0}
.fields p code{font-size:.82em}
.fields p{margin:3px 0 0;font-size:15px}
.fields .rule,.rule{color:var(--muted);font-size:14px}
.fields i{font-style:normal;color:var(--muted);font-size:14px;overflow-wrap:anywhere}
em{font-style:normal;color:var(--warn);font-size:14px;font-weight:600}
.codes{margin-top:10px}
.codes li{margin-bottom:6px;font-size:14px}.codes a{font-family:ui-monospace,monospace}
figure{margin:0 0 16px;background:var(--code);color:var(--code-ink);border-radius:10px;overflow:hidden;border:1px solid var(--line)}
figure figcaption{display:flex;justify-content:space-between;align-items:center;min-height:38px;padding:4px 14px;font-size:13px;color:var(--code-muted);border-bottom:1px solid #ffffff1c}
figure button{font:inherit;color:var(--code-ink);background:#ffffff14;border:0;border-radius:6px;padding:6px 10px;cursor:pointer}
figure button:hover{background:#ffffff2b}
figure button:focus-visible{outline-color:#8ab4ff}
figure pre{margin:0;padding:12px 14px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px;tab-size:2}
figure code{font-size:inherit}
figure b,figure i,figure var,figure small{font:inherit;color:var(--k)}figure i{color:var(--s)}figure var{color:var(--v)}figure small{color:var(--code-muted)}
table{border-collapse:collapse;width:100%;margin:4px 0 18px;font-size:15px}
th,td{text-align:left;vertical-align:top;padding:8px 14px 8px 0;border-bottom:1px solid var(--line);overflow-wrap:break-word}
th{font-size:13px;color:var(--muted)}
td:last-child,th:last-child{padding-right:0}
td code{white-space:nowrap}
.error h2{font-size:20px;margin-bottom:4px}
.error h2 code{background:none;border:0;padding:0}
.error .title{color:var(--muted)}
.error.error{padding-top:24px;margin-top:24px}
@media(max-width:979px){html{scroll-padding-top:calc(var(--bar) + 64px)}}
@media(max-width:400px){header{padding:0 16px;gap:8px}header nav{gap:0;margin-right:-6px}header nav a{padding:10px 6px;font-size:14px}.brand{font-size:15px}.brand span{display:none}main{padding:16px 16px 72px}h1{font-size:28px}h2{font-size:22px}}
@media(min-width:980px){
.contents{display:none}
.columns{display:grid;grid-template-columns:264px minmax(0,1fr);align-items:start;max-width:1560px;margin:0 auto}
.side{display:block;position:sticky;top:var(--bar);height:calc(100vh - var(--bar));overflow:auto;padding:0 20px 40px;border-right:1px solid var(--line)}
main{padding:24px 40px 120px;max-width:none}
}
@media(min-width:1200px){
.split{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,min(48%,580px));gap:40px;align-items:start}
.aside{position:sticky;top:calc(var(--bar) + 16px)}
}
@media print{header,.side,.contents,figure button{display:none}.columns{display:block}figure{border:1px solid #999}}
`
