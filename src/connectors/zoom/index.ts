import { defineConnector } from '../../core/connector.ts';
import { budgets, limits } from './budgets.ts';
import * as chat from './chat.ts';
import { errors } from './errors.ts';
import { labelOf } from './labels.ts';
import * as meetings from './meetings.ts';
import * as pastMeetings from './past-meetings.ts';
import * as pastWebinars from './past-webinars.ts';
import { oauth } from './oauth.ts';
import { people } from './people.ts';
import * as phone from './phone.ts';
import * as raw from './raw.ts';
import * as recordings from './recordings.ts';
import * as reports from './reports.ts';
import { segmentOf } from './shapes.ts';
import * as streams from './streams/index.ts';
import * as summaries from './summaries.ts';
import * as users from './users.ts';
import * as webhooks from './webhooks.ts';
import * as webinars from './webinars.ts';

/** Zoom's REST API v2. */
export const zoom = defineConnector({
  id: 'zoom',
  title: 'Zoom',
  docs: 'https://developers.zoom.us/docs/api/',
  servers: { api: 'https://api.zoom.us/v2', oauth: 'https://zoom.us/oauth' },
  auth: {
    kind: 'token',
    server: 'oauth',
    path: '/token',
    grantType: 'account_credentials',
    parameters: { account_id: 'accountId' },
    clientId: 'clientId',
    clientSecret: 'clientSecret',
    expired: { status: [400, 401], codes: ['124'] },
  },
  auths: { oauth },
  account: 'accountId',
  budgets,
  plan: 'pro',
  errors,
  limits,
  labelOf,
  segment: segmentOf,
  actions: {
    users,
    meetings,
    pastMeetings,
    webinars,
    pastWebinars,
    reports,
    recordings,
    phone,
    chat,
    summaries,
    raw,
  },
  check: { action: 'users.list', input: { page_size: 1 } },
  streams,
  triggers: webhooks,
  people,
});
