/** The inspector: what the control API tells, for people. */
import { render } from 'preact';
import { App } from './app.tsx';
import './styles/base.css';
import './styles/requests.css';
import './styles/request.css';
import './styles/state.css';
import './styles/try.css';
import './styles/map.css';

render(<App />, document.body);
