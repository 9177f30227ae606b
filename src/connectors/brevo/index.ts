import { defineConnector } from '../../core/connector.ts';
import * as account from './account.ts';
import * as attributes from './attributes.ts';
import { audience } from './audience.ts';
import { budgets, limits } from './budgets.ts';
import * as contacts from './contacts.ts';
import { errors } from './errors.ts';
import * as events from './events.ts';
import * as lists from './lists.ts';
import * as mail from './mail.ts';
import * as processes from './processes.ts';

/** Brevo's REST API v3. */
export const brevo = defineConnector({
  id: 'brevo',
  title: 'Brevo',
  docs: 'https://developers.brevo.com/reference',
  servers: { api: 'https://api.brevo.com/v3' },
  auth: { kind: 'api-key', in: 'header', name: 'api-key', credential: 'apiKey' },
  budgets,
  plan: 'general',
  errors,
  limits,
  actions: { account, contacts, attributes, lists, processes, events, mail },
  check: { action: 'account.get', input: {} },
  audience,
});
