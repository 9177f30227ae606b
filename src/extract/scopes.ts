// Apps from before March 2024 have scopes of the old kind, which cover several operations each (Zoom FACTS B).
const CLASSIC = /^[a-z_]+:(?:read|write|master)(?::admin)?$/;

/** Whether scopes are of the old kind, so that only use can tell what they open. */
export function areClassic(scopes: readonly string[]): boolean {
  return scopes.some((scope) => CLASSIC.test(scope));
}

/** Says of scopes, any of which is enough, whether one was granted; true when nobody can know. */
export function grantedBy(scopes: readonly string[] | undefined): (wanted: readonly string[]) => boolean {
  if (scopes === undefined || areClassic(scopes)) return () => true;
  const has = new Set(scopes);
  return (wanted) => wanted.length === 0 || wanted.some((scope) => has.has(scope));
}
