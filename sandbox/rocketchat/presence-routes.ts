/** Who is there and how, over REST (vendor's OpenAPI: user-management, presence). */
import type { User } from "./accounts";
import type { Route } from "./api";
import { BusinessError, success } from "./envelope";
import { paged, pageProperties } from "./pagination";
import { infoOf } from "./user-view";

const statuses: readonly unknown[] = ["online", "away", "busy", "offline"];

const isStatus = (value: unknown): value is User["status"] => statuses.includes(value);

export const presenceRoutes: readonly Route[] = [
  {
    methods: ["GET"],
    path: "users.list",
    query: () => ({ required: [], properties: { ...pageProperties, fields: "string?" }, open: true }),
    action({ workspace, user, query }) {
      const users = workspace.accounts.all().filter(({ type }) => type !== "app");
      return paged(
        workspace,
        query,
        "users",
        users.map((one) => infoOf(workspace, one, user)),
      );
    },
  },
  {
    methods: ["GET"],
    path: "users.presence",
    action({ workspace, query }) {
      const wanted = query.ids?.split(",");
      const users = workspace.accounts
        .all()
        .filter(({ _id, status }) => (wanted ? wanted.includes(_id) : status !== "offline"))
        .map(({ _id, username, name, status, statusText }) => ({
          _id,
          username,
          name,
          status,
          statusText,
          utcOffset: 0,
          avatarETag: "",
        }));
      return success({ users, full: query.from === undefined });
    },
  },
  {
    methods: ["GET"],
    path: "users.getStatus",
    action({ workspace, user, query }) {
      const { accounts } = workspace;
      const { userId, username } = query;
      const other = userId ? accounts.byId(userId) : username ? accounts.byUsername(username) : user;
      if (!other)
        throw new BusinessError(
          'The required "userId" or "username" param provided does not match any users',
          "error-invalid-user",
        );
      return success({
        _id: other._id,
        message: other.statusText,
        connectionStatus: other.status,
        status: other.status,
      });
    },
  },
  {
    methods: ["POST"],
    path: "users.setStatus",
    body: () => ({
      required: [],
      properties: { message: "string?", status: "string?", userId: "string?", username: "string?" },
      open: true,
    }),
    action({ workspace, user, body }) {
      const other = body.userId ?? body.username;
      if (other !== undefined && other !== user._id && other !== user.username)
        throw new BusinessError("Not allowed", "error-not-allowed");
      if (body.status !== undefined && !isStatus(body.status))
        throw new BusinessError("Valid status types include online, away, offline, and busy.", "error-invalid-status");
      if (typeof body.message === "string") user.statusText = body.message;
      if (isStatus(body.status)) workspace.accounts.setStatus(user, body.status);
      return success();
    },
  },
];
