/**
 * Settings: read the public ones, write any.
 */
import type { Route } from "./api";
import { BusinessError, success } from "./envelope";
import { paged, pageProperties } from "./pagination";

export const settingsRoutes: readonly Route[] = [
  {
    methods: ["GET"],
    path: "settings.public",
    anonymous: true,
    query: () => ({ required: [], properties: { ...pageProperties, _id: "string?" } }),
    action({ workspace, query }) {
      const wanted = query._id?.split(",").map((id) => id.trim());
      const all = workspace.settings.publicOnes().filter(({ _id }) => !wanted || wanted.includes(_id));
      return paged(workspace, query, "settings", all);
    },
  },
  {
    methods: ["POST"],
    path: "settings/:id",
    permissions: ["edit-privileged-setting"],
    secondFactor: () => true,
    action({ workspace, body, param }) {
      const { value } = body;
      if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
        throw new BusinessError("The value is missing", "error-invalid-params");
      if (!workspace.settings.set(param("id"), value))
        throw new BusinessError("Setting not found", "error-setting-not-found");
      return success();
    },
  },
];
