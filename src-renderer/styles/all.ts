/** The whole look, in the order in which later sheets go before earlier ones. */
import './tokens.css';
import './base.css';
import './components.css';
import './layout.css';
import './features.css';
import './workspace.css';
import './market.css';
import './linked.css';
import './lab.css';
import './alerts.css';
import './documentation.css';
