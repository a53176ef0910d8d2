/**
 * The way out of the realm. No object of the host may reach a function: whoever holds one host function
 * holds `process`. The one host function, `host`, stays in this closure, takes strings and returns a
 * string, and whatever it throws (a stack overflow would be a host error) is replaced here.
 */
(host) => {
  'use strict';

  const { Error, Uint8Array, String } = globalThis;
  const { fromCharCode } = String;

  /** One call out of the realm; `ok` answers are prefixed by `+`, failures by `-`. */
  function call(operation, a, b, c) {
    let answer;
    try {
      answer = host(`${operation}`, `${a}`, `${b}`, `${c}`);
    } catch {
      answer = '-internal error';
    }
    if (answer[0] === '+') return answer.slice(1);
    throw new Error(answer.slice(1));
  }

  // The bytes of a string of char codes, and back: how bytes cross the border.
  function bytesOf(text) {
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }
  function textOf(bytes) {
    let text = '';
    for (let i = 0; i < bytes.length; i++) text += fromCharCode(bytes[i]);
    return text;
  }

  return { call, bytesOf, textOf };
};
