/** Tailwind 4 reads its theme from app/globals.css; there is no other configuration. */
const config = { plugins: { "@tailwindcss/postcss": {} } };

export default config;
