document.title = 'The shop';
