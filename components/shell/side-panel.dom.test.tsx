/** The panel beside the page: one at a time, for pointer and keyboard, and what it does with the focus. */
import { act, fireEvent, render, screen } from "@testing-library/react";
import { SidePanel, SidePanelSlot, useSidePanel } from "./side-panel";

function Opener({ id }: { id: string }) {
  const { open, toggle } = useSidePanel();
  return (
    <button type="button" aria-expanded={open === id} onClick={() => toggle(id)}>
      Open {id}
    </button>
  );
}

function Page({ second = true }: { second?: boolean }) {
  return (
    <main data-side-stage>
      <Opener id="first" />
      <Opener id="second" />
      <SidePanelSlot />
      <SidePanel id="first" title="First">
        <button type="button">Inside</button>
      </SidePanel>
      {second && <SidePanel id="second" title="Second" />}
    </main>
  );
}

const button = (name: string) => screen.getByRole("button", { name });
const region = (name: string) => screen.queryByRole("region", { name });

beforeEach(() => {
  window.localStorage.clear();
  window.matchMedia = jest.fn().mockReturnValue({ matches: false, addEventListener() {}, removeEventListener() {} });
});

test("one panel at a time: the second takes the place of the first", () => {
  render(<Page />);
  fireEvent.click(button("Open first"));
  expect(region("First")).not.toBeNull();
  fireEvent.click(button("Open second"));
  expect(region("First")).toBeNull();
  expect(region("Second")).not.toBeNull();
  fireEvent.click(button("Open second"));
  expect(region("Second")).toBeNull();
});

test("a panel that is no longer drawn is closed", () => {
  const { rerender } = render(<Page />);
  fireEvent.click(button("Open second"));
  act(() => rerender(<Page second={false} />));
  expect(button("Open second").getAttribute("aria-expanded")).toBe("false");
});

test("the focus goes into the panel, and back to what opened it", () => {
  render(<Page />);
  button("Open first").focus();
  fireEvent.click(button("Open first"));
  expect(document.activeElement).toBe(region("First"));
  button("Inside").focus();
  fireEvent.keyDown(button("Inside"), { key: "Escape" });
  expect(region("First")).toBeNull();
  expect(document.activeElement).toBe(button("Open first"));
});

test("closing leaves the focus where the user has moved it on the page", () => {
  render(<Page />);
  button("Open first").focus();
  fireEvent.click(button("Open first"));
  button("Open second").focus();
  fireEvent.click(button("Close First"));
  expect(document.activeElement).toBe(button("Open second"));
});

test("the arrow keys move the edge within its bounds, and the width is remembered for each panel", () => {
  const page = render(<Page />);
  fireEvent.click(button("Open first"));
  const edge = () => screen.getByRole("separator");
  const width = () => edge().getAttribute("aria-valuenow");
  fireEvent.keyDown(edge(), { key: "ArrowLeft" });
  expect(width()).toBe("476");
  fireEvent.keyDown(edge(), { key: "ArrowRight", shiftKey: true });
  expect(width()).toBe("412");
  expect(page.container.querySelector("main")?.style.getPropertyValue("--side")).toBe("412px");
  fireEvent.click(button("Open second"));
  expect(width()).toBe("460");
  for (let presses = 0; presses < 30; presses += 1) fireEvent.keyDown(edge(), { key: "ArrowRight" });
  expect(width()).toBe("320");
  fireEvent.keyDown(edge(), { key: "End" });
  expect(width()).toBe("720");
  fireEvent.click(button("Open first"));
  expect(width()).toBe("412");
});

test.each(["nonsense", "-5", "9999999"])("a remembered width of %s becomes one that is usable", (kept) => {
  window.localStorage.setItem("portal-side-panel:first", kept);
  render(<Page />);
  fireEvent.click(button("Open first"));
  const width = Number(screen.getByRole("separator").getAttribute("aria-valuenow"));
  expect(width).toBeGreaterThanOrEqual(320);
  expect(width).toBeLessThanOrEqual(720);
});
