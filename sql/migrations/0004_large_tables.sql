-- Tables that grow with the service: no query may read one of them from end
-- to end (kontract sql --explain).

COMMENT ON TABLE users IS 'large';
COMMENT ON TABLE auth_sessions IS 'large';
COMMENT ON TABLE refresh_tokens IS 'large';
COMMENT ON TABLE api_keys IS 'large';
COMMENT ON TABLE persons IS 'large';
COMMENT ON TABLE occasions IS 'large';
COMMENT ON TABLE occasion_persons IS 'large';
COMMENT ON TABLE gift_lists IS 'large';
COMMENT ON TABLE gifts IS 'large';
COMMENT ON TABLE list_items IS 'large';
