/** Every simulated operation: what it is called, what it costs, which scopes open it, who answers (FACTS G). */
import type { Route } from './route.ts';
import { ACCOUNT_ROUTES } from './routes-account.ts';
import { MEETING_ROUTES } from './routes-meetings.ts';
import { WEBINAR_ROUTES } from './routes-webinars.ts';

/** The table, by area. */
export const ROUTES: readonly Route[] = [...ACCOUNT_ROUTES, ...MEETING_ROUTES, ...WEBINAR_ROUTES];

/** What an admin-managed app with every scope holds. */
export const ALL_SCOPES: readonly string[] = [
  ...new Set(ROUTES.map((one) => one.scopes.at(-1)).filter((scope) => scope !== undefined)),
];
