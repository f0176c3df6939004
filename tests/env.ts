/** Environment of the node tests: configuration is read when modules load, so it must be there before. */
process.env.AUTH_SECRET = "a-secret-that-only-the-unit-tests-use-0123456789";
process.env.PORTAL_SANDBOX = "on";
process.env.DATABASE_URL = ":memory:";
process.env.LOG_LEVEL = "silent";
