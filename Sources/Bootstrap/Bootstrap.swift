/// Bootstrap
