import {render} from 'preact';
render(<p>Gifts</p>, document.body);
