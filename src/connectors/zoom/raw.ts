import { rawRequest } from '../../core/raw.ts';
import { labelOf } from './labels.ts';

export const request = rawRequest({
  title: 'Send any request to the API',
  docs: 'https://developers.zoom.us/docs/api/',
  budget: 'light',
  labelOf,
  example: { method: 'POST', url: '/users/me/meetings', data: { topic: 'Quarterly review', type: 2 } },
});
