import { join } from 'node:path';
import type { Action } from '../../core/action.ts';
import { findAction, listActions } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Callable } from '../../flows/calling.ts';
import { Flows } from '../../flows/flows.ts';
import type { Sealing } from '../../flows/keeping.ts';
import { seal, unseal, type SealKey } from '../../store/seal.ts';
import { createKey, findKey } from '../../store/secret-key.ts';
import type { App } from '../app.ts';
import { nearestFew } from '../config/nearest.ts';
import { wholeList } from './whole-list.ts';

const made = new WeakMap<App, Promise<Flows>>();

/** What does the runs of flows in this process; one for each app. */
export function flowsOf(app: App): Promise<Flows> {
  let flows = made.get(app);
  if (!flows) made.set(app, (flows = make(app)));
  return flows;
}

async function make(app: App): Promise<Flows> {
  let key: SealKey | undefined;
  const sealing = (): Promise<Sealing> => {
    const { dataDir, secretKey } = app.config;
    const file = join(dataDir, 'secret.key');
    const own = (key ??= findKey(secretKey?.reveal(), file) ?? createKey(file));
    return Promise.resolve({
      seal: (text) => seal(own, LABEL, text),
      open: (text) => unseal(own, LABEL, text),
    });
  };
  const { random, setTimer } = app.world;
  return new Flows({
    store: await app.store(),
    jobs: await app.jobs(),
    log: app.log,
    random,
    setTimer,
    keeping: { redact: app.redact, sealing },
    callable: (connection, action) => callableOf(app, connection, action),
  });
}

const LABEL = 'the values of flows';

/**
 * An action of a connection, to be called.
 * @throws ConnectorError of kind `config` when there is no such connection or action
 */
export async function callableOf(app: App, connection: string, name: string): Promise<Callable> {
  const session = await app.session(connection);
  const { connector } = session;
  const action = findAction(connector, name);
  if (action) {
    return {
      title: connector.title,
      action,
      call: (input, maxWaitMs) => session.call<Action>(action, input, { maxWaitMs }),
      callAll: (input, options) => wholeList(session, action, input, options),
    };
  }
  const near = nearestFew(
    name,
    listActions(connector).map((one) => one.name),
    3,
  );
  throw new ConnectorError(`the connection '${connection}' has no action '${name}'`, {
    kind: 'config',
    connector: connector.id,
    hint: `${near.length > 0 ? `Did you mean ${near.join(', ')}? ` : ''}All of them: trunkline actions ${connector.id}`,
  });
}
