/** The inspector: what the control API tells, for people. */
import { render } from 'preact';
import { App } from './app.tsx';
import { takeUnmaskKey } from './unmask-key.ts';
import './styles/base.css';
import './styles/requests.css';
import './styles/request.css';
import './styles/state.css';
import './styles/try.css';
import './styles/map.css';

takeUnmaskKey();
// An address may be pasted into a page that is open.
addEventListener('hashchange', takeUnmaskKey);
render(<App />, document.body);
