/** The reader's language, which figures, months and dates are written in. The words of the pages stay English. */
import { safeLocale } from "../../../kit/format";

export const locale: string = safeLocale(navigator.language);
