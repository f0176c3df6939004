import "server-only";
/** Who may see how what opened. */
import { isAdmin, isDisabled } from "@/lib/broker/policy";
import type { PortalUser } from "@/lib/broker/user";
import { getConfig } from "@/lib/config/config";
import type { Recording } from "@/lib/trace/recording";

/** Whether a user has the drawer at all. */
export const mayInspect = (user: PortalUser): boolean => getConfig().inspector && !isDisabled(user);

/** Whether everyone may see everyone's: only where personas are the users, whom anyone can be. */
const isOpenToAll = (): boolean => getConfig().personas;

/** Whether a user may see a recording: their own, any as an administrator, and in a sandbox everyone any. */
export function maySee(user: PortalUser, { userId }: Pick<Recording, "userId">): boolean {
  return mayInspect(user) && (userId === user.id || isAdmin(user) || (user.persona && isOpenToAll()));
}
