/**
 * The client's style: the portal's tokens, light and dark by what the browser prefers.
 */
const light =
  "--canvas:#f5f5f6;--surface:#fff;--sunken:#fafafb;--hover:#f0f0f2;--active:#e7e7ea;--line:#e7e7ea;--control:#8b8c94;--ink:#18181b;--ink-2:#4a4b51;--ink-3:#63646b;--solid:#1c1c20;--on-solid:#fff;--accent:#1b5fd0;--accent-soft:#e9f0fd;--accent-line:#b9d0f7;--warn:#8a5200;--warn-soft:#fcf1dd;--ok:#0a7440;--bad:#b4232a;--chat:#006f70;--chat-soft:#e4f3f2;--hue-a:#006f70;--hue-a-soft:#e4f3f2;--hue-b:#8a5200;--hue-b-soft:#fcf1dd;--hue-c:#664e9f;--hue-c-soft:#f0edf9;--hue-d:#954074;--hue-d-soft:#f9ecf3";
const dark =
  "--canvas:#0b0b0d;--surface:#121214;--sunken:#0e0e10;--hover:#1d1d21;--active:#27272c;--line:#232328;--control:#71727b;--ink:#ededf0;--ink-2:#b3b4bb;--ink-3:#94959d;--solid:#ededf0;--on-solid:#131316;--accent:#74a9fb;--accent-soft:#16243d;--accent-line:#2b4672;--warn:#d9a24e;--warn-soft:#2a2012;--ok:#63c384;--bad:#f28381;--chat:#67b9b8;--chat-soft:#142727;--hue-a:#67b9b8;--hue-a-soft:#142727;--hue-b:#d9a24e;--hue-b-soft:#2a2012;--hue-c:#b0a0e4;--hue-c-soft:#231f31;--hue-d:#d68fb8;--hue-d-soft:#2c1c26";

export const style = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html,body{height:100%;margin:0}
body{background:var(--surface);color:var(--ink);font:.875rem/1.375rem system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
#app{height:100%}
h1,h2,h3,p,ul{margin:0;padding:0}
ul{list-style:none}
button,input,select,textarea{font:inherit;color:inherit}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.grow{flex:1;min-width:0}
.cut{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0}
.muted{color:var(--ink-3)}
.icon{width:16px;height:16px;flex:none;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.tag{border:1px solid var(--control);border-radius:4px;padding:0 6px;font-size:.6875rem;line-height:1.125rem;color:var(--ink-2);flex:none}
.solid{display:inline-flex;gap:6px;align-items:center;border:0;border-radius:6px;background:var(--solid);color:var(--on-solid);padding:4px 12px;min-height:28px;font-weight:500;font-size:.8125rem;cursor:pointer}
.plain{display:inline-grid;place-items:center;width:28px;height:28px;border:0;border-radius:6px;background:none;color:var(--ink-2);cursor:pointer;flex:none}
.plain:hover{background:var(--hover)}
.booting,.empty{display:grid;place-items:center;height:100%;color:var(--ink-3)}
body[data-view=login-iframe] #app{overflow:hidden}
iframe{border:0;display:block}
.centre{min-height:100%;display:grid;place-items:center;padding:24px;background:var(--canvas)}
.panel{width:min(22rem,100%);display:grid;gap:8px;padding:24px;border:1px solid var(--line);border-radius:12px;background:var(--surface)}
.panel h1{font-size:1.25rem;line-height:1.75rem;font-weight:600}
.panel input{border:1px solid var(--control);border-radius:6px;background:var(--surface);padding:5px 10px}
.panel .tag{justify-self:start}
.panel .solid{justify-content:center;margin-top:8px}
.alert{color:var(--bad)}
body[data-view=chat] #app{display:grid;grid-template-columns:248px minmax(0,1fr)}
@media (min-width:1120px){body[data-view=chat]:not(.details-closed):not(.no-room) #app{grid-template-columns:248px minmax(0,1fr) 272px}}
.rooms{display:flex;flex-direction:column;min-height:0;background:var(--sunken);border-right:1px solid var(--line)}
.rooms header{display:flex;align-items:center;gap:8px;padding:12px 16px}
.me{font-weight:600;flex:1;overflow:hidden;text-overflow:ellipsis}
.rooms select{border:1px solid transparent;border-radius:6px;background:none;color:var(--ink-3);font-size:.75rem;height:28px;max-width:5.5rem}
.rooms select:hover{border-color:var(--control)}
.rooms option{background:var(--surface);color:var(--ink)}
.lists{overflow:auto;padding:0 8px 16px}
.lists h2,.details h3{font-size:.75rem;line-height:1rem;font-weight:500;color:var(--ink-3)}
.lists h2{padding:12px 8px 6px}
.room{display:flex;align-items:center;gap:8px;padding:5px 8px;min-height:32px;border-radius:6px;color:var(--ink-2);text-decoration:none}
.room:hover{background:var(--hover)}
.room[aria-current]{background:var(--active);color:var(--ink);font-weight:500}
.room.unread{color:var(--ink);font-weight:600}
.badge{min-width:16px;padding:0 5px;border-radius:999px;background:var(--chat);color:var(--surface);font-size:.625rem;line-height:1rem;font-weight:600;text-align:center}
.avatar{position:relative;display:inline-grid;place-items:center;width:36px;height:36px;flex:none;border-radius:8px;font-size:.75rem;font-weight:500}
.avatar.small{width:24px;height:24px;border-radius:6px;font-size:.625rem}
.hue-a{background:var(--hue-a-soft);color:var(--hue-a)}.hue-b{background:var(--hue-b-soft);color:var(--hue-b)}
.hue-c{background:var(--hue-c-soft);color:var(--hue-c)}.hue-d{background:var(--hue-d-soft);color:var(--hue-d)}
.presence{position:absolute;right:-2px;bottom:-2px;width:8px;height:8px;border-radius:50%;border:1.5px solid var(--surface);background:var(--control)}
.presence.online{background:var(--ok)}.presence.away{background:var(--warn)}.presence.busy{background:var(--bad)}
main{display:flex;flex-direction:column;min-width:0;min-height:0}
body[data-view=chat] #app>*{height:100vh;height:100dvh}
.head{display:flex;align-items:center;gap:12px;padding:8px 12px 8px 20px;min-height:52px;border-bottom:1px solid var(--line)}
.head h1{display:flex;align-items:center;gap:6px;font-size:.875rem;line-height:1.25rem;font-weight:600}
.topic{font-size:.75rem;line-height:1rem;color:var(--ink-3);overflow:hidden;text-overflow:ellipsis}
.count{display:flex;align-items:center;gap:6px;color:var(--ink-2)}
.connection{display:none;padding:4px 20px;background:var(--warn-soft);color:var(--warn);font-size:.75rem}
.offline .connection{display:block}
.log{flex:1;min-height:0;overflow:auto;padding:12px 20px;overscroll-behavior:contain}
.log:focus-visible{outline-offset:-2px}
.day{display:flex;align-items:center;gap:12px;margin:8px 0;font-size:.75rem;color:var(--ink-3)}
.day::before,.day::after{content:"";flex:1;border-top:1px solid var(--line)}
.day.new{color:var(--accent)}
.day.new::before,.day.new::after{border-color:var(--accent-line)}
.message{display:flex;gap:12px;padding:7px 0}
.who{display:flex;gap:8px;align-items:baseline}
.who b{font-weight:600}
.who time{font-size:.75rem;color:var(--ink-3)}
.message p{overflow-wrap:anywhere;white-space:pre-wrap}
.mention{color:var(--accent);font-weight:500}
.mention.mine{background:var(--accent-soft);border-radius:4px;padding:0 3px}
code{font:.8125rem ui-monospace,Menlo,Consolas,monospace;background:var(--canvas);border-radius:4px;padding:1px 4px}
.card{display:flex;gap:12px;align-items:center;margin-top:6px;padding:10px;max-width:26rem;border:1px solid var(--line);border-radius:10px}
.card strong{display:block;font-weight:500}
.card .muted{font-size:.75rem}
.tile{display:grid;place-items:center;width:32px;height:32px;border-radius:6px;background:var(--hue-c-soft);color:var(--hue-c);flex:none}
.typing{min-height:24px;padding:2px 20px;font-size:.75rem;color:var(--ink-3)}
.compose{margin:0 20px 16px;padding:10px 12px;border:1px solid var(--control);border-radius:8px}
.compose:focus-within{border-color:var(--accent)}
.compose textarea{display:block;width:100%;border:0;outline:0;background:none;resize:none;field-sizing:content;max-height:8rem}
.bar{display:flex;align-items:center;margin-top:6px}
.no-room .compose,.no-room .details,.no-room .head [aria-label="Room details"]{display:none}
.details{display:none;flex-direction:column;min-height:0;overflow:auto;border-left:1px solid var(--line)}
@media (min-width:1120px){body:not(.details-closed):not(.no-room) .details{display:flex}}
@media (max-width:1119.98px){.head [aria-label="Room details"]{display:none}}
.details header{display:flex;align-items:center;justify-content:space-between;min-height:52px;padding:0 12px 0 16px;border-bottom:1px solid var(--line)}
.details h2{font-size:.8125rem;font-weight:600}
.details section{padding:14px 16px;border-bottom:1px solid var(--line);display:grid;gap:8px}
.details h3{display:flex;justify-content:space-between}
.details li{display:flex;align-items:center;gap:10px;padding:4px 0}
.only-narrow{display:none}
.embedded .rooms,.embedded .head{display:none}
body.embedded[data-view=chat] #app{grid-template-columns:minmax(0,1fr)}
@media (max-width:719.98px){
body[data-view=chat] #app{grid-template-columns:minmax(0,1fr)}
.rooms{position:fixed;inset:0;z-index:1;visibility:hidden;border:0}
.rooms-open .rooms,.no-room .rooms{visibility:visible}
.only-narrow{display:inline-grid}
.no-room .rooms .only-narrow{display:none}
.head{padding-left:8px}
.log{padding:12px 14px}.typing{padding:2px 14px}.compose{margin:0 10px 10px}
.plain{width:36px;height:36px}.room{min-height:40px}.solid{min-height:36px;padding:6px 16px}
.count{display:none}
}
@media (prefers-reduced-motion:no-preference){.room,.plain{transition:background-color 120ms}}
`;
