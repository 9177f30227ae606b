/**
 * Turns switches: each takes a value of the type that it has.
 * @throws TypeError for an unknown switch, or a value of another type; then none is turned
 */
export function switched<Switches extends object>(on: Switches, given: Record<string, unknown>): Switches {
  for (const [name, value] of Object.entries(given)) {
    const now: unknown = Object.hasOwn(on, name) ? on[name as keyof Switches] : undefined;
    if (now === undefined) throw new TypeError(`no switch ${name}; there are ${Object.keys(on).join(', ')}`);
    if (typeof value !== typeof now || (typeof value === 'number' && !(value >= 0))) {
      throw new TypeError(`${name} must be a ${typeof now}${typeof now === 'number' ? ' of 0 or more' : ''}`);
    }
  }
  return Object.assign(on, given);
}
