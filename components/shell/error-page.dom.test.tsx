import { render, screen } from "@testing-library/react";
import { problemText } from "@/lib/problem/codes";
import { ErrorPage } from "./error-page";

test("the error page says what the table of problems says, and shows the number but never the message", () => {
  const error = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1"), { digest: "4231" });
  render(<ErrorPage error={error} reset={() => {}} />);
  const { title, detail } = problemText("portal_failed");
  expect(screen.getByRole("alert").textContent).toBe(`${title}${detail}`);
  expect(screen.getByText("portal_failed · 4231")).toBeTruthy();
  expect(document.body.textContent).not.toContain("ECONNREFUSED");
});
