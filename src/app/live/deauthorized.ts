import { at } from '../../core/action.ts';
import type { LiveHandler } from './handlers.ts';

/** A person removed the app on Zoom's side: the connections of that consent end, and their tokens are erased. */
export const deauthorized: LiveHandler = {
  name: 'end the connections of a removed app',
  connector: 'zoom',
  pattern: 'app_deauthorized',
  handle: (app) => async (_, context) => {
    const body: unknown = JSON.parse(Buffer.from(context.body).toString());
    const [account, user] = ['payload.account_id', 'payload.user_id'].map((path) => at(body, path));
    if (typeof account !== 'string' || typeof user !== 'string') return;
    const ended = await app.deauthorize(account, user);
    const fields = { event: context.id, account, connections: ended };
    app.log(ended.length > 0 ? 'warn' : 'info', 'a person removed the app', fields);
  },
};
