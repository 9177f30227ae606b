import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { flag, integer, json, moment, row, text } from './columns.ts';

/** Requests for the export or deletion of a person's data. Their state changes, so that each run reads all. */
export const data_requests = defineStream({
  name: 'data_requests',
  title: 'Data requests',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/data-requests/GET/data_requests/requests',
  path: '/data_requests/requests',
  budget: 'medium',
  scopes: ['data_request:read:history:admin'],
  kind: 'state',
  row: row({
    request_id: text,
    request_type: text,
    created_at: moment,
    requestor_user_id: text,
    requestor_name: text,
    account_id: text,
    user_identifier: text,
    data_type: json,
    state: text,
    files_count: integer,
    start_at: moment,
    end_at: moment,
    is_current_user: flag,
    failed_reason: text,
  }),
  primaryKey: ['request_id'],
  cursor: 'created_at',
  // The schema of the parameter allows 30, its description 10: ask for what both allow.
  pages: tokenPages('records', 10),
});

/** Which groups may not talk to which. */
export const information_barriers = defineStream({
  name: 'information_barriers',
  title: 'Information barriers',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/information-barriers/GET/information_barriers/policies',
  path: '/information_barriers/policies',
  budget: 'medium',
  scopes: ['information_barrier:read:list_policies:admin'],
  plan: 'Information Barriers switched on by Zoom Support',
  kind: 'state',
  row: row({
    assigned_group_id: text,
    id: text,
    policy_name: text,
    chaperone_group_id: text,
    settings: json,
    status: integer,
    to_group_id: text,
    type: integer,
  }),
  primaryKey: ['id'],
  pages: tokenPages('policies', 300),
});
