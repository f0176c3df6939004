/** Every fault that this emulator knows can be pressed in the panel. */
import { faultsOf, harmless } from "./faults";
import { Socket } from "./socket";
import { switchMistake } from "./switches";
import { Workspace } from "./workspace";

const workspace = new Workspace({
  origin: "http://chat.localhost:4002",
  portalOrigin: "http://portal.localhost:3000",
  idpOrigin: "http://idp.localhost:4000",
  idpInternalOrigin: "http://127.0.0.1:4000",
});
const { control } = workspace;
const faults = faultsOf(workspace, new Socket(workspace));

test("each switch is in a fault, or breaks nothing", () => {
  const pressed = new Set([...faults.flatMap(({ switches }) => Object.keys(switches ?? {})), ...harmless]);
  expect(Object.keys(control.switches).filter((name) => !pressed.has(name))).toEqual([]);
});

test("each fault can be applied and undone", () => {
  const before = structuredClone(control.switches);
  for (const fault of faults) {
    expect(switchMistake(fault.switches)).toBeNull();
    expect(() => control.apply({ switches: fault.switches ?? {}, rules: fault.rules ?? [] })).not.toThrow();
    expect(fault.expects.length).toBeGreaterThan(0);
  }
  control.clear();
  for (const fault of faults) control.break(fault);
  for (const { id } of [...faults].reverse()) control.mend(id);
  expect(control.switches).toEqual(before);
  expect(control.rules).toEqual([]);
});
