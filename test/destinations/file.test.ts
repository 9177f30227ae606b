import { destinationContract } from './contract.ts';
import { fileRig } from './file-rig.ts';

destinationContract(fileRig('parquet', 'format=parquet&compression=zstd', '.parquet'));
destinationContract(fileRig('csv', 'format=csv', '.csv'));
destinationContract(fileRig('jsonl', 'format=jsonl&compression=gzip', '.jsonl.gz'));
