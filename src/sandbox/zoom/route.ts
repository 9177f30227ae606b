/** One line of the table of operations. */
import type { Label } from './budgets.ts';
import type { Handler } from './call.ts';

/** One simulated operation. */
export interface Route {
  /** As published: `GET /users/{userId}`. */
  operation: string;
  label: Label;
  /** Granular scopes, any of which will do. */
  scopes: readonly string[];
  handler: Handler;
}

/** One operation; the path is in its name. `scope` stands for itself and its `:admin` form, if it says none. */
export function route(operation: string, label: Label, scope: string, handler: Handler): Route {
  const scopes = /:(admin|master)$/.test(scope) ? [scope] : [scope, `${scope}:admin`];
  return { operation, label, scopes, handler };
}
