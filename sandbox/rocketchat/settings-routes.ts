/**
 * Settings: read the public ones, write any.
 */
import type { Route } from "./api";
import { BusinessError, success } from "./envelope";

export const settingsRoutes: readonly Route[] = [
  {
    methods: ["GET"],
    path: "settings.public",
    anonymous: true,
    query: () => ({
      required: [],
      properties: { count: "number?", offset: "number?", sort: "string?", _id: "string", query: "string" },
    }),
    action({ workspace, query }) {
      const wanted = query._id?.split(",").map((id) => id.trim());
      const all = workspace.settings.publicOnes().filter(({ _id }) => !wanted || wanted.includes(_id));
      const offset = Number(query.offset ?? 0) || 0;
      const count = query.count === undefined ? 50 : Number(query.count);
      const settings = count > 0 ? all.slice(offset, offset + count) : all.slice(offset);
      return success({ settings, count: settings.length, offset, total: all.length });
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
