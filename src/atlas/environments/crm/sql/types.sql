-- Enum types, once per database and version of this schema; every slot's tables use them.
CREATE TYPE client_status AS ENUM ('Active', 'Prospect', 'Inactive');
CREATE TYPE opportunity_stage AS ENUM
    ('Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Closed-Won', 'Closed-Lost');
CREATE TYPE quote_status AS ENUM ('Draft', 'Sent', 'Approved', 'Rejected', 'Canceled');
CREATE TYPE contract_status AS ENUM ('Active', 'Pending', 'Expired');
CREATE TYPE company_type AS ENUM ('Partner', 'Vendor', 'Competitor');
CREATE TYPE document_entity_type AS ENUM ('Opportunity', 'Contract', 'Quote', 'Client');
CREATE TYPE note_entity_type AS ENUM ('Opportunity', 'Client', 'Contact', 'Quote', 'Contract');
