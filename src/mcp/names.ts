import { createHash } from 'node:crypto';
import type { Action } from '../core/action.ts';
import { listActions, type Connector } from '../core/connector.ts';

/** Length that all clients accept for the name of a tool. */
const MAX_NAME = 64;

/** An action with the full name that it has in its connector. */
export interface NamedAction {
  /** Such as `users.list`. */
  name: string;
  action: Action;
}

/**
 * Actions by the name of their tool: `zoom_users_list`.
 * @param owner what stands before: the connector, or the connection where there are several of it
 */
export function toolNames(connector: Connector, owner = connector.id): Map<string, NamedAction> {
  const tools = new Map<string, NamedAction>();
  for (const one of listActions(connector)) {
    const whole = `${owner}_${one.name}`;
    const plain = whole
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]+/g, '_');
    // Two actions may come to the same name, or to a long one: then a mark of the full name keeps them apart.
    const mark = createHash('sha256').update(whole).digest('hex').slice(0, 8);
    const taken = plain.length > MAX_NAME || tools.has(plain);
    tools.set(taken ? `${plain.slice(0, MAX_NAME - mark.length - 1)}_${mark}` : plain, one);
  }
  return tools;
}
