-- The tables of one slot. Nothing in them is ever committed, so they need no write-ahead log.
CREATE UNLOGGED TABLE clients (
    client_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (name <> ''),
    status client_status NOT NULL,
    created_date timestamptz(0) NOT NULL DEFAULT now(),
    email text,
    industry text,
    phone text,
    address text,
    owner text
);
-- The rule about duplicates is the stricter one: it folds all letters, this index those of ASCII on any server.
CREATE UNIQUE INDEX clients_email ON clients (lower(email COLLATE "C"));

CREATE UNLOGGED TABLE contacts (
    contact_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    first_name text NOT NULL CHECK (first_name <> ''),
    last_name text NOT NULL CHECK (last_name <> ''),
    client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
    title text,
    email text,
    phone text,
    notes text
);
CREATE INDEX contacts_client ON contacts (client_id);

CREATE UNLOGGED TABLE opportunities (
    opportunity_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (name <> ''),
    client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
    stage opportunity_stage NOT NULL,
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    created_at timestamptz(0) NOT NULL DEFAULT now(),
    close_date date,
    owner text,
    probability integer CHECK (probability BETWEEN 1 AND 99),
    notes text
);
CREATE INDEX opportunities_client ON opportunities (client_id);

CREATE UNLOGGED TABLE quotes (
    quote_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    opportunity_id uuid NOT NULL REFERENCES opportunities ON DELETE CASCADE,
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    status quote_status NOT NULL,
    created_date timestamptz(0) NOT NULL DEFAULT now(),
    version text,
    valid_until date,
    quote_prefix text
);
CREATE INDEX quotes_opportunity ON quotes (opportunity_id);

CREATE UNLOGGED TABLE contracts (
    contract_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
    status contract_status NOT NULL,
    opportunity_id uuid REFERENCES opportunities ON DELETE SET NULL,
    start_date date,
    end_date date,
    value numeric(14, 2) CHECK (value > 0),
    document_url text
);
CREATE INDEX contracts_client ON contracts (client_id);
CREATE INDEX contracts_opportunity ON contracts (opportunity_id);

CREATE UNLOGGED TABLE companies (
    company_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (name <> ''),
    type company_type NOT NULL,
    industry text,
    address text,
    contacts text[]
);

CREATE UNLOGGED TABLE documents (
    document_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    entity_type document_entity_type NOT NULL,
    entity_id uuid NOT NULL,
    file_name text NOT NULL CHECK (file_name <> ''),
    uploaded_at timestamptz(0) NOT NULL DEFAULT now(),
    uploaded_by text,
    file_url text
);
CREATE INDEX documents_entity ON documents (entity_type, entity_id);

CREATE UNLOGGED TABLE notes (
    note_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    entity_type note_entity_type NOT NULL,
    entity_id uuid NOT NULL,
    content text NOT NULL CHECK (content <> ''),
    created_at timestamptz(0) NOT NULL DEFAULT now(),
    created_by text
);
CREATE INDEX notes_entity ON notes (entity_type, entity_id);
