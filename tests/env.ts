/** Environment of the node tests: configuration is read when modules load, so it must be there before. */
process.env.AUTH_SECRET = "Hq3vYp0sXkZt8mWc1RbL6uJd9fGa2eNo";
process.env.PORTAL_SANDBOX = "on";
process.env.DATABASE_URL = ":memory:";
process.env.LOG_LEVEL = "silent";
