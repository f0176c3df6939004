/** The style of the emulated Library's pages: the portal's tokens, light and dark by preference. */
const light = `
--canvas:#f5f5f6;--surface:#fff;--sunken:#fafafb;--hover:#f0f0f2;--active:#e7e7ea;--line:#e7e7ea;--line-2:#d4d4d9;--control:#8b8c94;
--ink:#18181b;--ink-2:#4a4b51;--ink-3:#63646b;--solid:#1c1c20;--on-solid:#fff;--focus:#1b5fd0;--good:#0a7440;--bad:#b4232a;
--c1:#6a51a4;--c1-soft:#f0edf9;--c4:#8e6a1e;--grid:#ececef;--shadow:0 1px 2px rgb(20 20 28/.06),0 6px 20px -4px rgb(20 20 28/.14);`;
const dark = `
--canvas:#0b0b0d;--surface:#121214;--sunken:#0e0e10;--hover:#1d1d21;--active:#27272c;--line:#232328;--line-2:#36363d;--control:#71727b;
--ink:#ededf0;--ink-2:#b3b4bb;--ink-3:#94959d;--solid:#ededf0;--on-solid:#131316;--focus:#74a9fb;--good:#63c384;--bad:#f28381;
--c1:#a392d6;--c1-soft:#231f31;--c4:#c29a4e;--grid:#1f1f24;--shadow:0 0 0 1px rgb(255 255 255/.04),0 8px 24px -4px rgb(0 0 0/.6);`;

export const pageStyle = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*,*::before,*::after{box-sizing:border-box}
[hidden]{display:none!important}
html,body{height:100%}
body{margin:0;background:var(--sunken);color:var(--ink);font:400 .8125rem/1.25rem system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-font-smoothing:antialiased}
h1,h2,h3,p{margin:0}
button,input,select{font:inherit;color:inherit}
button{cursor:pointer}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
#main{height:100%;display:flex;flex-direction:column;min-width:0}
.top{display:flex;align-items:center;justify-content:space-between;gap:16px;min-height:44px;padding:0 16px;background:var(--surface);border-bottom:1px solid var(--line);flex:none}
.top.plain h1{font-size:1rem;line-height:1.5rem;font-weight:600}
.side{display:flex;align-items:center;gap:10px;min-width:0}
.meta{color:var(--ink-3);font-size:.75rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.tag{border:1px solid var(--line-2);border-radius:4px;padding:0 6px;font-size:.6875rem;line-height:1.125rem;color:var(--ink-2);white-space:nowrap}
.tabs{display:flex;gap:4px;align-self:stretch;min-width:0;overflow-x:auto;scrollbar-width:none}
.tabs button{border:0;background:none;padding:0 8px;height:44px;color:var(--ink-2);border-bottom:2px solid transparent;border-top:2px solid transparent;white-space:nowrap}
.tabs button:hover{color:var(--ink)}
.tabs button[aria-selected=true]{color:var(--ink);font-weight:500;border-bottom-color:var(--c1)}
.tabs button:focus-visible{outline-offset:-3px}
.icon{display:inline-grid;place-items:center;width:32px;height:32px;border:0;border-radius:6px;background:none;color:var(--ink-2)}
.icon:hover{background:var(--hover)}
.split{flex:1;min-height:0;display:grid;grid-template-columns:minmax(0,1fr) 244px}
.board{overflow:auto;padding:12px;display:grid;grid-template-columns:repeat(12,minmax(0,1fr));gap:12px;align-content:start}
.board.single{display:block;flex:1}
.board:focus-visible,.scroll:focus-visible,.talk:focus-visible,.paper:focus-visible{outline-offset:-2px}
.tile,.kpis{background:var(--surface);border:1px solid var(--line);border-radius:10px;min-width:0}
.tile{padding:14px 16px;grid-column:span 12;display:flex;flex-direction:column}
.tile.wide,.multiples.wide{grid-column:span 8}.tile.narrow{grid-column:span 4}.tile.half{grid-column:span 6}.tile.full{grid-column:span 12}
.tile-head{display:flex;align-items:baseline;gap:8px;margin-bottom:10px}
.tile-head h2{font-size:.8125rem;font-weight:600}
.unit,.count{color:var(--ink-3);font-size:.75rem}
.legend{margin-left:auto;display:flex;gap:12px;font-size:.75rem;color:var(--ink-2)}
.key::before{content:"";display:inline-block;width:12px;height:2px;margin-right:6px;vertical-align:middle;background:var(--c1)}
.key.plan::before{background:repeating-linear-gradient(90deg,var(--ink-3) 0 4px,transparent 4px 6px)}
.key.target::before{width:2px;height:11px;background:var(--ink)}
.kpis{grid-column:span 12;display:grid;grid-template-columns:repeat(5,minmax(0,1fr))}
.kpi{padding:12px 16px;border-left:1px solid var(--line)}.kpi:first-child{border-left:0}
.kpi .label{color:var(--ink-2);font-size:.75rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.figure{font-size:1.25rem;line-height:1.75rem;font-weight:600;letter-spacing:-.012em;white-space:nowrap}
.figure span{font-size:.75rem;font-weight:400;letter-spacing:0;margin-left:2px}
.good{color:var(--good)}.bad{color:var(--bad)}
.chart{position:relative;min-height:120px;flex:1}
.wide>.chart{min-height:280px}
.chart svg{display:block;max-width:100%;touch-action:pan-y}
.grid{stroke:var(--grid)}.axis{fill:var(--ink-3);font-size:11px}
.actual{fill:none;stroke:var(--c1);stroke-width:1.75;stroke-linejoin:round}
path.plan{fill:none;stroke:var(--ink-3);stroke-width:1.25;stroke-dasharray:4 3}
.over{fill:var(--c1);opacity:.13}.under{fill:var(--c4);opacity:.24}
.dot{fill:var(--c1);stroke:var(--surface);stroke-width:2}.spot{fill:var(--surface);stroke:var(--c1);stroke-width:1.5}
.cross{stroke:var(--ink-3);stroke-dasharray:2 3}
.tip{position:absolute;pointer-events:none;background:var(--surface);border:1px solid var(--line-2);border-radius:6px;box-shadow:var(--shadow);padding:6px 10px;font-size:.6875rem;line-height:1rem;white-space:nowrap;z-index:2}
.tip b{display:block;font-weight:600}.tip span{color:var(--ink-2)}
.bars{display:flex;flex-direction:column;justify-content:space-around;flex:1;gap:4px;max-height:420px}
.bar{display:grid;grid-template-columns:84px minmax(0,1fr) 48px;align-items:center;gap:8px;border:0;background:none;padding:5px 6px;margin:0 -6px;border-radius:6px;text-align:left;min-height:30px;color:var(--ink)}
.bar:disabled{cursor:default}.bar:hover:not(:disabled){background:var(--hover)}
.bar[aria-pressed=true] .name{font-weight:600}
.bar .name{color:var(--ink-2);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.bar .num{text-align:right;font-variant-numeric:tabular-nums}
.track{position:relative;height:12px;border-radius:3px;background:var(--hover)}
.fill{position:absolute;inset:0 auto 0 0;background:var(--c1);border-radius:3px;transition:width .2s}
.track .target{position:absolute;top:-3px;bottom:-3px;width:2px;background:var(--ink)}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:12px;align-content:start}
.multiples .tile{grid-column:auto}.multiples .chart{min-height:120px}
.scroll{overflow-x:auto;margin:0 -4px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{font-weight:400;text-align:left}
thead th,thead td{color:var(--ink-3);font-size:.75rem}
.heat{border-collapse:separate;border-spacing:2px}.heat .cell{height:29px}
.heat thead th{text-align:center;padding:2px}.heat tbody th{padding-right:8px;white-space:nowrap}
.cell{text-align:center;border-radius:3px;height:27px;min-width:30px;font-size:.75rem}
.cell.plus{background:color-mix(in srgb,var(--c1) calc(6% + var(--level)*32%),var(--surface))}
.cell.minus{background:color-mix(in srgb,var(--c4) calc(8% + var(--level)*38%),var(--surface))}
.cell.none{background:var(--sunken)}.dim{opacity:.4}
.places th,.places td{padding:6px 8px;border-bottom:1px solid var(--line)}
.places thead button{border:0;background:none;padding:2px 0;color:inherit;min-height:24px}.places thead button:hover{color:var(--ink)}
.places [aria-sort] button{color:var(--ink);font-weight:500}
.places thead th{white-space:nowrap}
.places td{white-space:nowrap}
.places tbody tr:last-child>*{border-bottom:0}.places tbody th{white-space:nowrap}
.right{text-align:right}.total{font-weight:600}
.shade{background:color-mix(in srgb,var(--c1) calc(var(--level)*22%),var(--surface))}
.mini{display:inline-block;width:64px;height:5px;margin-right:10px;vertical-align:middle}.mini span{display:block;height:100%;background:var(--c1);border-radius:2px}
.filters{background:var(--surface);border-left:1px solid var(--line);overflow:auto;display:flex;flex-direction:column}
.filters .head{display:flex;align-items:center;gap:12px;padding:10px 16px;border-bottom:1px solid var(--line)}
.filters h2{font-size:.8125rem;font-weight:600;margin-right:auto}
.filters section{padding:12px 16px;border-bottom:1px solid var(--line)}
.filters h3{display:flex;justify-content:space-between;font-size:.75rem;font-weight:400;color:var(--ink-2);margin-bottom:8px}
.link{border:0;background:none;padding:2px 4px;border-radius:4px;min-height:24px;color:var(--ink)}.link:hover{background:var(--hover)}
.segment{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;background:var(--active);border-radius:6px;padding:2px}
.segment button{border:0;background:none;border-radius:5px;height:26px;color:var(--ink-2)}
.segment button[aria-pressed=true]{background:var(--surface);color:var(--ink);font-weight:500;box-shadow:0 1px 2px rgb(20 20 28/.1)}
.check{display:flex;align-items:center;gap:8px;min-height:26px}.check .count{margin-left:auto}
.check input{accent-color:var(--solid);width:15px;height:15px;margin:0}
select{width:100%;height:32px;border:1px solid var(--line-2);border-radius:6px;background:var(--surface);padding:0 8px}
.foot{margin-top:auto;padding:12px 16px;color:var(--ink-3);font-size:.75rem;border-top:1px solid var(--line)}
.empty{grid-column:span 12;padding:48px 0;text-align:center;color:var(--ink-2)}
.only-narrow,.only-small{display:none}
.notice{margin:auto;padding:24px;width:min(360px,100%);display:flex;flex-direction:column;align-items:flex-start;gap:10px}
.notice h1,.popup p{font-size:1rem;line-height:1.5rem;font-weight:600}.notice p{color:var(--ink-2)}
.notice label{color:var(--ink-2);font-size:.75rem;margin-bottom:-6px}
.notice input,.ask input{width:100%;height:34px;border:1px solid var(--control);border-radius:6px;background:var(--surface);padding:0 10px}
.notice .problem{color:var(--bad);min-height:1.25rem}
.primary{border:0;border-radius:6px;background:var(--solid);color:var(--on-solid);font-weight:500;height:32px;padding:0 14px}
.popup{border:1px solid var(--line-2);border-radius:10px;background:var(--surface);color:var(--ink);padding:20px;display:none;gap:14px;max-width:360px}.popup[open]{display:grid}
.desk{flex:1;overflow:auto;padding:24px 16px}
.paper{background:var(--surface);border:1px solid var(--line);border-radius:6px;max-width:680px;margin:0 auto;padding:40px clamp(20px,6vw,56px);font-size:.875rem;line-height:1.5rem}
.paper h1{font-size:1.5rem;line-height:2rem;font-weight:600;letter-spacing:-.02em}.paper h2{font-size:1rem;margin:20px 0 8px;font-weight:600}.paper p{margin-bottom:12px;color:var(--ink-2)}
.chatbox{flex:1;min-height:0;display:flex;flex-direction:column;max-width:720px;width:100%;margin:0 auto;padding:16px}
.talk{flex:1;overflow:auto;display:flex;flex-direction:column;gap:8px}
.bubble{padding:8px 12px;border-radius:10px;max-width:80%;font-size:.875rem;line-height:1.375rem}
.bubble.bot{background:var(--surface);border:1px solid var(--line);align-self:flex-start}.bubble.me{background:var(--c1-soft);align-self:flex-end}
.chips{display:flex;flex-wrap:wrap;gap:6px;padding:12px 0}.chip{border:1px solid var(--line-2);border-radius:999px;background:var(--surface);padding:4px 12px;min-height:28px}
.chip:hover,.card:hover{border-color:var(--control)}
.ask{display:flex;gap:8px}
.shelf{flex:1;overflow:auto;padding:16px;display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:12px;align-content:start}
.card{display:flex;flex-direction:column;gap:4px;text-align:left;background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:16px}
.card .kind{font-size:.6875rem;color:var(--c1)}.card .name{font-weight:600;font-size:.875rem}.card .about{color:var(--ink-2)}
.wait{margin:auto;color:var(--ink-3)}
@media (max-width:1040px){.tile.wide,.tile.narrow,.tile.half,.multiples.wide{grid-column:span 12}.top:not(.plain) .side .meta{display:none}.meta.only-small{display:block;grid-column:span 12;padding:0 4px}}
@media (max-width:760px){
.only-narrow{display:inline-grid}
.split{grid-template-columns:minmax(0,1fr);position:relative}
.filters{position:absolute;inset:0 0 0 auto;width:min(300px,100%);box-shadow:var(--shadow);z-index:3;display:none}.filters.open{display:flex}
.kpis{grid-template-columns:repeat(2,minmax(0,1fr))}.kpi{border-left:0;border-top:1px solid var(--line)}.kpi:nth-child(-n+2){border-top:0}.kpi:nth-child(even){border-left:1px solid var(--line)}.kpi:last-child:nth-child(odd){grid-column:span 2}
.board{padding:8px;gap:8px}.top{padding:0 8px 0 10px}.top:not(.plain) .side{flex:none}
}
@media (max-width:380px){.figure{white-space:normal}.figure span{display:inline-block}.tile-head{flex-wrap:wrap}.top{gap:8px}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
`;
