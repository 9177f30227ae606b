/** Downloads one file and says by how much the memory grew meanwhile. */
import { connectors } from '../../src/catalog.ts';
import { sessionOfZoom } from './zoom-session.ts';

const { env, url, file } = JSON.parse(process.argv[2] ?? '') as {
  env: Record<string, string>;
  url: string;
  file: string;
};
const session = sessionOfZoom(env);
await session.signIn();
const before = process.memoryUsage.rss();
let peak = before;
let last = 0;
let ordered = true;
let count = 0;
const saved = await session.download(
  connectors.zoom.actions.recordings.download,
  { download_url: url },
  {
    file,
    onProgress(done) {
      peak = Math.max(peak, process.memoryUsage.rss());
      ordered &&= done > last;
      last = done;
      count++;
    },
  },
);
process.stdout.write(JSON.stringify({ saved, grown: peak - before, ordered, count }));
