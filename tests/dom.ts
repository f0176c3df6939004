/** Set-up of the DOM tests. */
import { cleanup } from "@testing-library/react";

afterEach(cleanup);
