import { methodNotAllowed } from "@/lib/http/guard";
import { diagnoseSilence } from "@/lib/vendors/rocketchat/server/diagnosis";

/** `{waitingFor, path}` → why the framed client stays silent. */
export const POST = diagnoseSilence;

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
