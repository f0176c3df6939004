/** Set-up of the DOM tests. */
import { cleanup, configure } from "@testing-library/react";

// How long an element is waited for at most. A busy machine takes its time; a quiet one never notices.
configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(20_000);

afterEach(cleanup);
