import { Option } from 'commander';

/** Which deployed stack is meant. */
export function stage(): Option {
  return new Option('--stage <name>', 'the stage of the service that is deployed, instead of the edge on this machine');
}

/** Whose account. */
export function profile(): Option {
  return new Option(
    '--profile <name>',
    "a profile of AWS's own files, for what is deployed (default: the SDK's usual chain)",
  );
}
