/** Whose id an account has: a frame that was logged in before a restart must find the same user after it. */
import { Accounts } from "./accounts";

const make = () => new Accounts(() => Date.now());

test("an account has the same id in an emulator that starts again", () => {
  expect(make().add({ username: "a.analyst", name: "Anna" })._id).toBe(
    make().add({ username: "a.analyst", name: "Anna" })._id,
  );
});

test("an account that is deleted and made again has another id, and so have two names", () => {
  const accounts = make();
  const first = accounts.add({ username: "a.analyst", name: "Anna" });
  accounts.remove(first);
  const second = accounts.add({ username: "a.analyst", name: "Anna" });
  const other = accounts.add({ username: "v.viewer", name: "Victor" });
  expect(new Set([first._id, second._id, other._id]).size).toBe(3);
  for (const { _id } of [first, second, other]) expect(_id).toMatch(/^[A-Za-z0-9]{17}$/);
});
