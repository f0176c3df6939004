/**
 * What the API tells about users.
 */
import type { User } from "./accounts";
import type { Workspace } from "./workspace";

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

/** What everyone may know of a user. */
const reduced = (workspace: Workspace, user: User) => ({
  _id: user._id,
  username: user.username,
  name: user.name,
  nickname: user.nickname || undefined,
  type: user.type,
  active: workspace.isActive(user),
  status: user.status,
  statusText: user.statusText,
  bio: user.bio || undefined,
  utcOffset: 0,
});

/** `GET me` and the `me` of a login. */
export function meOf(workspace: Workspace, user: User): object {
  const { bio: _bio, ...view } = reduced(workspace, user);
  return {
    ...view,
    emails: user.emails,
    roles: user.roles,
    statusDefault: user.status,
    requirePasswordChange: user.requirePasswordChange,
    createdAt: iso(user.createdAt),
    lastLogin: iso(user.lastLogin),
    settings: { preferences: {} },
    avatarUrl: `${workspace.options.origin}/avatar/${encodeURIComponent(user.username)}`,
  };
}

/** `users.info`: short unless the caller may see everything, or looks at their own account. */
export function infoOf(workspace: Workspace, user: User, caller: User): object {
  const full = caller._id === user._id || workspace.may(caller, "view-full-other-user-info");
  if (!full) return { ...reduced(workspace, user), canViewAllInfo: false };
  return {
    ...reduced(workspace, user),
    emails: user.emails,
    roles: user.roles,
    createdAt: iso(user.createdAt),
    lastLogin: iso(user.lastLogin),
    requirePasswordChange: user.requirePasswordChange,
    customFields: user.customFields,
    canViewAllInfo: true,
  };
}

/**
 * The document that `users.create` and `users.update` return. As with the vendor it is hardly trimmed: it shows a
 * password hash, so that a portal which logs bodies is found out.
 */
export function documentOf(workspace: Workspace, user: User): object {
  return {
    ...reduced(workspace, user),
    emails: user.emails,
    roles: user.roles,
    createdAt: iso(user.createdAt),
    _updatedAt: iso(workspace.now),
    requirePasswordChange: user.requirePasswordChange,
    services: { password: { bcrypt: `$2b$10$sandbox.not.a.hash.${user._id}` } },
    settings: {},
  };
}
