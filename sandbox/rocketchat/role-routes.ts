/** Roles and permissions, as an administrator sets them up over the API (vendor's OpenAPI: user-management, settings). */
import type { Route } from "./api";
import { BusinessError, success } from "./envelope";

const isChange = (value: unknown): value is { _id: string; roles: string[] } => {
  const { _id, roles } = (value ?? {}) as { _id?: unknown; roles?: unknown };
  return typeof _id === "string" && Array.isArray(roles) && roles.every((role) => typeof role === "string");
};

export const roleRoutes: readonly Route[] = [
  {
    methods: ["POST"],
    path: "roles.create",
    permissions: ["access-permissions"],
    body: () => ({
      required: ["name"],
      properties: { name: "text", description: "string", scope: "string", mandatory2fa: "boolean" },
    }),
    action({ workspace, body }) {
      const name = String(body.name);
      if (!workspace.accounts.addRole(name))
        throw new BusinessError("Role name already exists", "error-duplicate-role-names-not-allowed");
      return success({ role: { _id: name, name, scope: body.scope ?? "Users", description: "", protected: false } });
    },
  },
  {
    methods: ["GET"],
    path: "permissions.listAll",
    action: ({ workspace }) => success({ update: workspace.accounts.permissions(), remove: [] }),
  },
  {
    methods: ["POST"],
    path: "permissions.update",
    permissions: ["access-permissions"],
    action({ workspace, body }) {
      const changes = Array.isArray(body.permissions) ? body.permissions : [];
      if (changes.length === 0 || !changes.every(isChange))
        throw new BusinessError("Invalid body params", "error-invalid-body-params");
      for (const { _id, roles } of changes)
        if (!workspace.accounts.setPermission(_id, roles))
          throw new BusinessError("Invalid permission or role", "error-invalid-permission");
      return success({ permissions: workspace.accounts.permissions() });
    },
  },
];
