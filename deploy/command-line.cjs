'use strict';

/**
 * `serverless edgekeeper <verb>`: the command line of Edgekeeper, within Serverless. Which verbs there are, and what
 * they take, the command line alone knows; it runs as a process of its own.
 */
const { execFileSync, spawn } = require('node:child_process');
const { constants } = require('node:os');
const path = require('node:path');

const CLI = path.join(__dirname, '..', 'cli', 'edgekeeper.js');
const NAME = 'edgekeeper';
const USAGE = 'Signed access and regional failover: what the command "edgekeeper" does';

/** Those that ask a process to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What a plugin declares: for help all verbs, otherwise the one command that hands over. */
function commandsFor({ commands, isHelpRequest }) {
  const isForUs = commands[0] === NAME;
  if (isForUs && !isHelpRequest) return { [NAME]: { usage: USAGE, lifecycleEvents: ['run'] } };
  const isForHelp = isForUs || isHelpRequest || commands.length === 0;
  return isForHelp ? { [NAME]: { usage: USAGE, type: 'container', commands: declared(verbs()) } } : {};
}

/**
 * Takes what follows `edgekeeper` out of `argv`, but for the stage, and returns all of it: Serverless refuses options
 * that it does not know, and has no arguments without a name.
 */
function takeArguments(argv) {
  const given = argv.splice(3);
  given.forEach((argument, index) => {
    if (argument.startsWith('--stage=')) argv.push(argument);
    if (argument === '--stage') argv.push(argument, given[index + 1]);
  });
  return given;
}

/** Runs to its end, with this process's terminal; its exit code becomes this process's. */
function run(args) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: 'inherit' });
  const pass = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of SIGNALS) process.off(name, pass);
      process.exitCode = code ?? 128 + constants.signals[signal];
      resolve();
    });
  });
}

function verbs() {
  return JSON.parse(execFileSync(process.execPath, [CLI, 'verbs'], { encoding: 'utf8' }));
}

/** As plugins declare commands. */
function declared(all) {
  return Object.fromEntries(
    all.map(({ name, usage, options, verbs: inner }) => [
      name,
      inner.length === 0
        ? { usage, lifecycleEvents: ['run'], options: Object.fromEntries(options.map(declaredOption)) }
        : { type: 'container', commands: declared(inner) },
    ]),
  );
}

function declaredOption({ name, usage, takesValue }) {
  return [name, { usage, type: takesValue ? 'string' : 'boolean' }];
}

module.exports = { commandsFor, run, takeArguments };
